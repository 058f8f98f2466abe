import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  type Checkpoint,
  type CheckpointStore,
  type ClientStates,
  decodeCheckpoint,
  TrainerError,
} from "@fedloom/trainer-core";
import { createDirectoryStates, createFileCheckpoints } from "@fedloom/trainer-core/node";
import { CliError } from "../errors.js";
import { createKeptStates } from "./kept-states.js";
import { makeFolder } from "./make-folder.js";
import type { TrainingSettings } from "./training-settings.js";

type Kind = "last" | "best";

/** The folder of a run's checkpoints, with what clients keep between their rounds. */
export interface RunCheckpoints {
  readonly folder: string;
  readonly store: CheckpointStore;
  readonly states: ClientStates;
  /** The checkpoint to go on from, if it was asked for. */
  readonly resume: Checkpoint | undefined;
  /** The best one, where the run goes on. */
  loadBest(): Promise<Checkpoint | undefined>;
  /** Refuses to go on without the clients' states, for a strategy that has them. */
  requireStates(): void;
  /** Removes what an earlier run has left, where that was asked for. */
  clear(): void;
}

/**
 * Opens the folder before anything is trained.
 * @throws CliError if nothing can be written there, if another run has left checkpoints there and neither `--resume` nor
 * `--overwrite` says what is to become of them, or if there are none to go on from.
 */
export async function openRunCheckpoints({
  checkpoints,
  overwrite,
}: TrainingSettings): Promise<RunCheckpoints | undefined> {
  if (!checkpoints) return undefined;
  const { folder, resume } = checkpoints;
  const statesFolder = join(folder, "clients");
  const pathOf = (kind: Kind) => join(folder, `${kind}.checkpoint`);
  if (!resume && !overwrite) refuseEarlier([pathOf("last"), pathOf("best"), statesFolder]);
  const { store, states } = createKeptStates(
    createDirectoryStates(statesFolder),
    createFileCheckpoints(folder),
  );
  const load = async (kind: Kind) => {
    const bytes = await store.load(kind);
    return bytes && decodeCheckpoint(bytes, pathOf(kind));
  };
  const last = resume ? await load("last") : undefined;
  if (resume && !last) {
    throw new CliError("nothing_found", `${folder}: expected a checkpoint to resume from, found none`);
  }
  makeFolder(folder);
  return {
    folder,
    store,
    states,
    resume: last,
    loadBest: async () => (resume ? load("best") : undefined),
    requireStates() {
      if (!last || existsSync(statesFolder)) return;
      throw new CliError("nothing_found", `${statesFolder}: expected the clients' states, found none`);
    },
    clear() {
      if (!overwrite) return;
      for (const path of [pathOf("last"), pathOf("best")]) rmSync(path, { force: true });
      rmSync(statesFolder, { recursive: true, force: true });
    },
  };
}

/** @throws CliError that names the first of these paths that is there. */
export function refuseEarlier(paths: readonly string[]): void {
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) return;
  throw new CliError(
    "found_earlier",
    `${found}: expected nothing, found what an earlier run has left: --resume goes on from its checkpoints, --overwrite replaces it`,
  );
}

/** Says of a checkpoint that does not go with the command line which file it is, and what can be done. */
export function asGoingOnFrom<Result>(
  checkpoints: RunCheckpoints | undefined,
  attempt: () => Result,
): Result {
  try {
    return attempt();
  } catch (cause) {
    if (!(checkpoints && cause instanceof TrainerError && cause.code === "invalid_checkpoint")) throw cause;
    const reason = cause.message.replace(/^checkpoint: /, "").replace(/, got /, ", received ");
    const path = join(checkpoints.folder, "last.checkpoint");
    throw new CliError("other_run", `${path}: ${reason}; --overwrite starts afresh`, { cause });
  }
}
