import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
} from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 }).notNull();
const bytes = (name: string) => bigint(name, { mode: "number" }).notNull();

/** Machines that say how they are. */
export const hosts = pgTable("hosts", {
  host: text().primaryKey(),
  firstSeenAt: at("first_seen_at"),
  lastSeenAt: at("last_seen_at"),
});

/** How a machine was: every 5 s for a day, then minutes, then hours (averages, and the highest where that matters). */
export const systemSamples = pgTable(
  "system_samples",
  {
    host: text()
      .notNull()
      .references(() => hosts.host, { onDelete: "cascade" }),
    /** Seconds that a row stands for: 5, 60 or 3,600. */
    resolution: integer().notNull(),
    at: at("at"),
    cpuPercent: real("cpu_percent").notNull(),
    memoryPercent: real("memory_percent").notNull(),
    memoryUsedBytes: bytes("memory_used_bytes"),
    diskPercent: real("disk_percent").notNull(),
    diskUsedBytes: bytes("disk_used_bytes"),
    networkRxBytes: bytes("network_rx_bytes"),
    networkTxBytes: bytes("network_tx_bytes"),
    loadAverage: real("load_average").notNull(),
    gpu: jsonb().$type<Record<string, unknown>[]>(),
    /** Of minutes and hours: the highest values, by the names on the wire. */
    highest: jsonb().$type<Record<string, number>>(),
  },
  (table) => [
    primaryKey({ name: "system_samples_pk", columns: [table.host, table.resolution, table.at] }),
    index("system_samples_by_age").on(table.resolution, table.at),
  ],
);
