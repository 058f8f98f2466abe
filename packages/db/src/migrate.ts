import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { type ConnectionOptions, connect } from "./connection.js";

/** Any number, as long as no other program takes it: servers that start together migrate one after the other. */
const LOCK = 0x0f_ed_10_07;

/** Brings the database's tables up to this version. */
export async function migrateDatabase(options: ConnectionOptions): Promise<void> {
  // One connection, because the lock belongs to it.
  const { queries, close } = connect(options, 1);
  try {
    await queries.execute(sql`select pg_advisory_lock(${LOCK})`);
    await migrate(queries, { migrationsFolder: migrationsFolder() });
    await queries.execute(sql`select pg_advisory_unlock(${LOCK})`);
  } finally {
    await close();
  }
}

/** Beside `src` and `dist` alike. */
function migrationsFolder(): string {
  const folder = fileURLToPath(new URL("../migrations", import.meta.url));
  if (!existsSync(folder)) throw new Error(`no migrations in ${folder}`);
  return folder;
}
