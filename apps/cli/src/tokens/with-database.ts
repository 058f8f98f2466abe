import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Database } from "@fedloom/db";
import type { Flag, FlagValues, Surroundings } from "../command.js";
import { CliError } from "../errors.js";

/** The flag of commands that work on a server's database. */
export const DATA_FLAGS: Readonly<Record<"data-dir", Flag>> = {
  "data-dir": {
    help: "the server's data folder (.fedloom); DATABASE_URL takes its place",
    type: "text",
    environment: "FEDLOOM_DATA_DIR",
  },
};

/**
 * Opens a server's database, which may run at the same time, for as long as `act` takes.
 * @throws CliError `usage` when there is none and none is to be made.
 */
export async function withDatabase<Result>(
  values: FlagValues,
  { environment, workingDirectory }: Surroundings,
  { isMade, act }: { isMade: boolean; act: (database: Database) => Promise<Result> },
): Promise<Result> {
  const url = environment.DATABASE_URL;
  const folder = join(resolve(workingDirectory, values.text("data-dir") ?? ".fedloom"), "postgres");
  if (!url && !isMade && !existsSync(folder)) {
    const message = `--data-dir: expected a server's data folder, received one without a database (${folder})`;
    throw new CliError("usage", message);
  }
  // Loaded only here, so that other commands start fast.
  const { openDatabase } = await import("@fedloom/db");
  await using database = await openDatabase(url ? { url } : { dataDir: folder });
  return await act(database);
}
