import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../sync-folder.js";

/** Which checkpoint a file is of. */
export interface FileOwner {
  readonly runId: string;
  readonly kind: string;
  readonly checkpointId: string;
}

/** Checkpoints that are too large for a row, each in a file of its own that is written once. */
export interface CheckpointFiles {
  /** Writes a new file, whole and on disk once this resolves, and answers its name. */
  write(owner: FileOwner, bytes: Uint8Array): Promise<string>;
  /** Undefined if there is no such file. */
  read(name: string): Promise<Uint8Array | undefined>;
  remove(name: string): Promise<void>;
  /** Names of the files of one run and kind. */
  listOf(owner: Pick<FileOwner, "runId" | "kind">): Promise<string[]>;
  /** Names of all files that were written before `olderThanMs` ago. */
  listOld(olderThanMs: number): Promise<string[]>;
}

const ENDING = ".checkpoint";

/** Opens the folder, which is made when the first file is written; no other database may use it. */
export function openCheckpointFiles(folder: string): CheckpointFiles {
  const list = async () => {
    const names = await readdir(folder).catch(ifAbsent([]));
    return names.filter((name) => name.endsWith(ENDING));
  };
  return {
    async write(owner, bytes) {
      const name = `${prefixOf(owner)}${owner.checkpointId}${ENDING}`;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        await writeSynced(join(folder, name), bytes);
        await syncFolder(folder);
      } catch (error) {
        await rm(join(folder, name), { force: true }).catch(() => undefined);
        throw error;
      }
      return name;
    },
    read: (name) => readFile(join(folder, name)).catch(ifAbsent(undefined)),
    remove: (name) => rm(join(folder, name), { force: true }),
    listOf: async (owner) => (await list()).filter((name) => name.startsWith(prefixOf(owner))),
    async listOld(olderThanMs) {
      const before = Date.now() - olderThanMs;
      const old: string[] = [];
      for (const name of await list()) {
        const status = await stat(join(folder, name)).catch(ifAbsent(undefined));
        if (status && status.mtimeMs <= before) old.push(name);
      }
      return old;
    },
  };
}

/** A run's id is never a path. */
function prefixOf({ runId, kind }: Pick<FileOwner, "runId" | "kind">): string {
  return `${createHash("sha256").update(runId).digest("hex").slice(0, 32)}-${kind}-`;
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function ifAbsent<Value>(value: Value): (error: NodeJS.ErrnoException) => Value {
  return (error) => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
}
