import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { TrainerError } from "../errors.js";
import type { CheckpointStore } from "./checkpoint-store.js";
import { makeFolder } from "./make-folder.js";

/**
 * Keeps a run's checkpoints as `last.checkpoint` and `best.checkpoint` in a folder, which is made if it is not there. A
 * new one is written under another name and flushed to disk before it takes the place of the one before: a machine that
 * loses power has the old one or the new one whole.
 *
 * `save` and `load` reject with TrainerError `checkpoint_failed` if the disk is full or the folder cannot be used.
 */
export function createFileCheckpoints(folder: string): CheckpointStore {
  const pathOf = (kind: string) => join(folder, `${kind}.checkpoint`);
  return {
    async save(kind, bytes) {
      const path = pathOf(kind);
      const unfinished = `${path}.unfinished`;
      try {
        await makeFolder(folder);
        await writeWhole(unfinished, bytes);
        await rename(unfinished, path);
        await flushFolder(folder);
      } catch (cause) {
        await rm(unfinished, { force: true }).catch(() => undefined);
        throw failed(path, "written", cause);
      }
      return { path };
    },
    async load(kind) {
      const path = pathOf(kind);
      try {
        return await readFile(path);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw failed(path, "read", cause);
      }
    },
  };
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The new name is on disk only when the folder is; Windows cannot open one, and flushes it by itself. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const opened = await open(folder, "r");
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

function failed(path: string, what: "read" | "written", cause: unknown): TrainerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TrainerError("checkpoint_failed", `${path}: could not be ${what}: ${reason}`, { cause });
}
