import { pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** A group of runs, by its name. */
export const projects = pgTable("projects", {
  name: text().primaryKey(),
  createdAt: timestamp("created_at", { withTimezone: true, precision: 3 }).notNull().defaultNow(),
});
