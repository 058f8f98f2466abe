import { type Database, DbError, type EncodedEventRow, type EventRow } from "@fedloom/db";

export type Row = EventRow | EncodedEventRow;

/**
 * Stores rows. One that the database refuses is left out, so that it does not hold up the rest; answers how many were.
 * @throws what the database throws when trying again may help.
 */
export async function storeRows(
  database: Pick<Database, "storeEvents">,
  rows: readonly Row[],
): Promise<number> {
  try {
    await database.storeEvents(rows);
    return 0;
  } catch (error) {
    if (!(error instanceof DbError) || error.code !== "event_refused") throw error;
    if (rows.length === 1) return 1;
  }
  const middle = Math.ceil(rows.length / 2);
  const numRefused = await storeRows(database, rows.slice(0, middle));
  return numRefused + (await storeRows(database, rows.slice(middle)));
}
