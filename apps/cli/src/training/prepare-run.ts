import { existsSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { createRunId } from "@fedloom/sender/node";
import {
  type Checkpoint,
  checkpointing,
  type Dataset,
  decodeCheckpoint,
  earlyStopping,
  syntheticNames,
  type TrainerCallback,
} from "@fedloom/trainer-core";
import { createFileCheckpoints, type DataSource, openDataset } from "@fedloom/trainer-core/node";
import type { FlagValues, Surroundings } from "../command.js";
import { CliError } from "../errors.js";
import { usageOrSame } from "./as-usage.js";
import { type TrainingSettings, trainingSettingsOf } from "./training-flags.js";

const RUN_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** What both kinds of training begin with. */
export interface PreparedRun {
  readonly settings: TrainingSettings;
  readonly runId: string;
  /** What the user calls the run; the data set's name if absent. */
  readonly givenName: string | undefined;
  /** A path that the user gave, from where the user stands. */
  readonly resolve: (path: string) => string;
  openData(): Promise<Dataset>;
  callbacks(): TrainerCallback[];
  /** The checkpoint to go on from, if it was asked for. */
  loadCheckpoint(): Promise<Checkpoint | undefined>;
}

/** Reads the flags that all training has; nothing is opened yet. */
export function prepareRun(values: FlagValues, surroundings: Surroundings): PreparedRun {
  const resolve = (path: string) => resolvePath(surroundings.workingDirectory, path);
  const settings = trainingSettingsOf(values, resolve);
  const { seed, checkpoints, earlyStopping: stopping } = settings;
  return {
    settings,
    runId: runIdOf(values),
    givenName: nameOf(values),
    resolve,
    openData: () => openData(values, { seed, resolve }),
    callbacks() {
      const store = checkpoints && createFileCheckpoints(checkpoints.folder);
      return [
        ...(stopping ? [earlyStopping(stopping)] : []),
        ...(store ? [checkpointing({ store, every: checkpoints.every })] : []),
      ] as TrainerCallback[];
    },
    async loadCheckpoint() {
      if (!checkpoints?.resume) return undefined;
      const bytes = await createFileCheckpoints(checkpoints.folder).load("last");
      if (bytes) return decodeCheckpoint(bytes, `${checkpoints.folder}/last.checkpoint`);
      throw new CliError(
        "nothing_found",
        `${checkpoints.folder}: expected a checkpoint to resume from, found none`,
      );
    },
  };
}

function runIdOf(values: FlagValues): string {
  const given = values.text("run-id");
  if (given === undefined || RUN_ID.test(given)) return given ?? createRunId();
  throw new CliError(
    "usage",
    `--run-id: expected a ULID of 26 characters, received ${JSON.stringify(given)}`,
  );
}

function nameOf(values: FlagValues): string | undefined {
  const name = values.text("name");
  if (name === undefined || /^\P{Cc}{1,128}$/u.test(name)) return name;
  const expected = "1 to 128 characters without control characters";
  throw new CliError("usage", `--name: expected ${expected}, received ${JSON.stringify(name)}`);
}

async function openData(
  values: FlagValues,
  { seed, resolve }: { seed: number; resolve: (path: string) => string },
): Promise<Dataset> {
  const options = values.object("data-options");
  const data = values.text("data") ?? "synthetic-xrays";
  const isName = (syntheticNames as readonly string[]).includes(data);
  const path = resolve(data);
  if (!isName && !existsSync(path)) {
    const expected = `a file, a folder or ${syntheticNames.join(", ")}`;
    throw new CliError("usage", `--data: expected ${expected}, received ${JSON.stringify(data)}`);
  }
  if (!isName && options && options.kind === undefined) {
    throw new CliError(
      "usage",
      "--data-options: expected a kind of npz, idx, csv or images among them, received none",
    );
  }
  const source = (isName ? { ...options, kind: data } : { ...options, path }) as DataSource;
  try {
    return await openDataset({ source, seed });
  } catch (error) {
    throw usageOrSame(error);
  }
}
