import { existsSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { createRunId } from "@fedloom/sender/node";
import { type Dataset, syntheticNames } from "@fedloom/trainer-core";
import { type DataSource, openDataset } from "@fedloom/trainer-core/node";
import type { FlagValues, Surroundings } from "../command.js";
import { CliError } from "../errors.js";
import { usageOrSame } from "./as-usage.js";
import { type TrainingSettings, trainingSettingsOf } from "./training-settings.js";

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
}

/** Reads the flags that all training has; nothing is opened yet. */
export function prepareRun(values: FlagValues, surroundings: Surroundings): PreparedRun {
  const resolve = (path: string) => resolvePath(surroundings.workingDirectory, path);
  const settings = trainingSettingsOf(values, resolve);
  const { seed } = settings;
  return {
    settings,
    runId: runIdOf(values),
    givenName: nameOf(values),
    resolve,
    openData: () => openData(values, { seed, resolve }),
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
