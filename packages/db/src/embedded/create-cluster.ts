import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DbError } from "../errors.js";
import { syncFolder } from "../sync-folder.js";
import type { Binaries } from "./binaries.js";
import type { Place } from "./place.js";
import { giveTo, type ServerUser } from "./server-user.js";

const run = promisify(execFile);

/** The only role, and the owner of everything. */
export const ROLE = "fedloom";
/** Beginning of the names of what is not a cluster yet. */
const UNFINISHED = "cluster.new";
const PASSWORD_FILE = "fedloom.password";

/** The folder that PostgreSQL calls its data directory, and the password of its one role. */
export interface Cluster {
  readonly folder: string;
  readonly password: string;
}

/**
 * Opens the cluster in the place, or creates it: whole or not at all, so that a kill at any moment does no harm.
 * @throws DbError `version_mismatch` for a cluster of another PostgreSQL, `data_dir_unusable` if it cannot be made.
 */
export async function openCluster(place: Place, user: ServerUser | undefined): Promise<Cluster> {
  const folder = join(place.folder, "cluster");
  const version = await readFile(join(folder, "PG_VERSION"), "utf8").catch(() => undefined);
  if (version === undefined) {
    await createCluster(place, folder, user);
  } else {
    requireVersion(version.trim(), folder, place.binaries);
    await removeLeftovers(place.folder);
  }
  return { folder, password: await readFile(join(folder, PASSWORD_FILE), "utf8") };
}

function requireVersion(version: string, folder: string, { majorVersion }: Binaries): void {
  if (version === majorVersion) return;
  throw new DbError(
    "version_mismatch",
    `the database in ${folder} was made by PostgreSQL ${version}, and this is PostgreSQL ${majorVersion}; start the version of Fedloom that made it, or choose another folder (--data-dir)`,
  );
}

async function createCluster(place: Place, folder: string, user: ServerUser | undefined): Promise<void> {
  // A name of its own: the programs of a killed first start may still be writing to another one.
  const unfinished = join(place.folder, `${UNFINISHED}-${process.pid}-${randomBytes(4).toString("hex")}`);
  const passwordFile = `${unfinished}.password`;
  await removeLeftovers(place.folder);
  try {
    await writeFile(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
    await giveTo(user, passwordFile);
    const settings = ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-instructions"];
    await run(
      place.binaries.initdb,
      [...settings, `--username=${ROLE}`, `--pwfile=${passwordFile}`, `--pgdata=${unfinished}`],
      { ...user, cwd: place.folder },
    );
    await rename(passwordFile, join(unfinished, PASSWORD_FILE));
    await syncFolder(unfinished);
    await rename(unfinished, folder);
    await syncFolder(place.folder);
  } catch (cause) {
    await removeLeftovers(place.folder);
    const { stderr, message } = cause as { stderr?: string; message: string };
    const reason = (stderr?.trim().split("\n").at(-1) || message).slice(0, 400);
    throw new DbError("data_dir_unusable", `no database could be made in ${place.folder}: ${reason}`, {
      cause,
    });
  }
}

/** What a killed first start has left, as far as it can be removed now: it may still be written to. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(UNFINISHED) && name !== PASSWORD_FILE) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
