import { createHash } from "node:crypto";
import { cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { DbError } from "../errors.js";
import { type Binaries, binariesIn } from "./binaries.js";
import { canReach, giveTo, type ServerUser } from "./server-user.js";

/** Where root's databases and programs go when PostgreSQL's user cannot enter the folders they are in. */
const SYSTEM_FOLDER = "/var/lib/fedloom";

/** Where the database lives, and the programs that run it: both in folders that PostgreSQL's user can enter. */
export interface Place {
  readonly folder: string;
  readonly binaries: Binaries;
}

/**
 * Makes the folder of a database, private to PostgreSQL's user.
 * @throws DbError `data_dir_unusable` if it cannot be made.
 */
export async function preparePlace(
  dataDir: string,
  binaries: Binaries,
  user: ServerUser | undefined,
): Promise<Place> {
  const wanted = resolve(dataDir);
  try {
    // First the folders above it, which are nobody's secret.
    await mkdir(dirname(wanted), { recursive: true });
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    const folder = (await canReach(wanted, user)) ? wanted : await systemFolder(wanted);
    await giveTo(user, folder);
    return { folder, binaries: await reachableBinaries(binaries, user) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DbError("data_dir_unusable", `the database folder ${wanted} cannot be used: ${reason}`, {
      cause,
    });
  }
}

/** A folder of its own for each path that was asked for. */
async function systemFolder(wanted: string): Promise<string> {
  await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
  const folder = join(SYSTEM_FOLDER, createHash("sha256").update(wanted).digest("hex").slice(0, 16));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

async function reachableBinaries(binaries: Binaries, user: ServerUser | undefined): Promise<Binaries> {
  if (await canReach(binaries.postgres, user)) return binaries;
  const folder = join(SYSTEM_FOLDER, `postgresql-${binaries.version}`);
  const exists = await stat(folder).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const copy = `${folder}.new-${process.pid}`;
    await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    await cp(binaries.folder, copy, { recursive: true, dereference: true });
    // Whole or not at all; whoever comes second throws its copy away.
    await rename(copy, folder).catch(() => rm(copy, { recursive: true, force: true }));
  }
  return binariesIn(folder, binaries.version);
}
