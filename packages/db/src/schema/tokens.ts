import { pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { runs } from "./runs.js";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Who may do what; a token itself is shown once and never kept. */
export const tokens = pgTable("tokens", {
  tokenId: text("token_id").primaryKey(),
  /** SHA-256 as 64 hexadecimal digits. */
  hash: text().notNull().unique(),
  role: text().$type<"viewer" | "publisher" | "client" | "admin">().notNull(),
  /** The only run, or the only project, that it is for. */
  runId: text("run_id").references(() => runs.runId, { onDelete: "cascade" }),
  project: text(),
  label: text().notNull().default(""),
  createdAt: at("created_at").notNull().defaultNow(),
  expiresAt: at("expires_at"),
  revokedAt: at("revoked_at"),
  lastUsedAt: at("last_used_at"),
});
