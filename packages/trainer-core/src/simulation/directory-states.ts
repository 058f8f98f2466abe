import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TrainerError } from "../errors.js";
import type { ClientState, ClientStates } from "../federated/client-states.js";
import { decodeClientState, encodeClientState } from "./client-state-bytes.js";

/**
 * Keeps clients' states in files: a folder for each client, with a file for each of the two newest rounds. Memory does
 * not depend on the number of clients. A file is there whole or not at all, whenever the process ends; after a power
 * failure it may be damaged, which its hash shows.
 */
export function createDirectoryStates(folder: string): ClientStates {
  const folderOf = (clientId: string) => join(folder, nameOf(clientId));
  return {
    async get(clientId, round) {
      const at = folderOf(clientId);
      const newest = (await roundsIn(at)).findLast((made) => made < round);
      return newest === undefined ? undefined : await readState(join(at, fileOf(newest)), clientId, newest);
    },
    async set(clientId, round, state) {
      const at = folderOf(clientId);
      const file = join(at, fileOf(round));
      await mkdir(at, { recursive: true });
      const unfinished = `${file}.tmp`;
      await writeFile(unfinished, encodeClientState({ clientId, round, state }));
      await rename(unfinished, file);
      const before = (await roundsIn(at)).findLast((made) => made < round);
      const kept = [fileOf(round), ...(before === undefined ? [] : [fileOf(before)])];
      // Older ones, what a write that was cut short has left, and rounds after one to which a run has gone back.
      const others = (await readdir(at)).filter((name) => !kept.includes(name));
      await Promise.all(others.map((name) => rm(join(at, name), { force: true })));
    },
  };
}

/** Any id as a name that every file system takes, different for different ids even where case does not count. */
function nameOf(clientId: string): string {
  const readable = clientId.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(0, 40);
  return `${readable}-${createHash("sha256").update(clientId).digest("hex").slice(0, 16)}`;
}

function fileOf(round: number): string {
  return `round-${round}.state`;
}

/** Ascending; none if there is no such folder. */
async function roundsIn(folder: string): Promise<number[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw cause;
  }
  const rounds = names.flatMap((name) => {
    const round = /^round-(\d+)\.state$/.exec(name)?.[1];
    return round === undefined ? [] : [Number(round)];
  });
  return rounds.sort((a, b) => a - b);
}

async function readState(file: string, clientId: string, round: number): Promise<ClientState> {
  const found = decodeClientState(await readFile(file), file);
  if (found.clientId === clientId && found.round === round) return found.state;
  throw new TrainerError(
    "invalid_checkpoint",
    `client state ${file}: expected ${clientId} in round ${round}, got ${found.clientId} in round ${found.round}`,
  );
}
