import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TrainerError } from "../errors.js";
import type { ClientState, ClientStates } from "../federated/client-states.js";

const MAGIC = "fedloom client state 1\n";
const HASH_BYTES = 32;

interface Header {
  readonly clientId: string;
  readonly round: number;
  readonly vectors: readonly { readonly name: string; readonly length: number }[];
}

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
      await writeFile(unfinished, encode({ clientId, round, state }));
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

function encode({ clientId, round, state }: { clientId: string; round: number; state: ClientState }): Buffer {
  const vectors = Object.entries(state);
  const header: Header = {
    clientId,
    round,
    vectors: vectors.map(([name, { length }]) => ({ name, length })),
  };
  const body = Buffer.concat([
    Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`),
    ...vectors.map(([, { buffer, byteOffset, byteLength }]) => Buffer.from(buffer, byteOffset, byteLength)),
  ]);
  return Buffer.concat([createHash("sha256").update(body).digest(), body]);
}

async function readState(file: string, clientId: string, round: number): Promise<ClientState> {
  const bytes = await readFile(file);
  const body = bytes.subarray(HASH_BYTES);
  const hash = createHash("sha256").update(body).digest();
  if (!hash.equals(bytes.subarray(0, HASH_BYTES))) {
    throw invalid(file, "the hash that it was written with", `another one for ${bytes.length} bytes`);
  }
  const afterMagic = body.indexOf("\n") + 1;
  const magic = body.toString("utf8", 0, afterMagic);
  if (magic !== MAGIC) throw invalid(file, JSON.stringify(MAGIC), JSON.stringify(magic.slice(0, 40)));
  const afterHeader = body.indexOf("\n", afterMagic) + 1;
  const header: Header = JSON.parse(body.toString("utf8", afterMagic, afterHeader));
  if (header.clientId !== clientId || header.round !== round) {
    throw invalid(file, `${clientId} in round ${round}`, `${header.clientId} in round ${header.round}`);
  }
  const state: Record<string, Float32Array> = {};
  let at = afterHeader;
  for (const { name, length } of header.vectors) {
    const vector = new Float32Array(length);
    new Uint8Array(vector.buffer).set(body.subarray(at, at + length * 4));
    state[name] = vector;
    at += length * 4;
  }
  return state;
}

function invalid(file: string, expected: string, received: string): TrainerError {
  return new TrainerError(
    "invalid_checkpoint",
    `client state ${file}: expected ${expected}, got ${received}`,
  );
}
