import { createStrategy, type Strategy } from "@fedloom/fl-strategy";
import type { PartitionOptions } from "@fedloom/trainer-core";
import type { FlagValues } from "../command.js";
import { CliError } from "../errors.js";
import { asUsage } from "./as-usage.js";
import { partitionOf } from "./partition-of.js";

const MAX_WORKERS = 1_024;

/** What only a simulation is told. */
export interface SimulationSettings {
  readonly partition: PartitionOptions;
  readonly strategy: Strategy;
  readonly numRounds: number;
  readonly localEpochs: number | undefined;
  /** Share of its samples that each client keeps to evaluate on. */
  readonly holdout: number;
  /** As given, for a run that goes on: the strategy itself has them inside. */
  readonly strategyOptions: string;
  readonly quorum: number | undefined;
  readonly deadlineMs: number | undefined;
  /** 0 for the main thread; one for each core unless given. */
  readonly numWorkers: number | undefined;
  readonly showsPartition: boolean;
  readonly trains: boolean;
  /** File for the partition's picture. */
  readonly svg: string | undefined;
}

/** A strategy's option is named together with the flag that brings it. */
function strategyOf(values: FlagValues, options: Record<string, unknown>): Strategy {
  try {
    return asUsage(() => createStrategy(values.text("strategy") ?? "fedavg", options));
  } catch (error) {
    if (!(error instanceof CliError) || error.message.startsWith("--")) throw error;
    const message = error.message.replace(/, received undefined$/, ", received nothing");
    throw new CliError("usage", `--strategy-options: ${message}`, { cause: error });
  }
}

/** What the flags say; refuses what does not go together. */
export function simulationSettingsOf(
  values: FlagValues,
  { seed, resolve }: { seed: number; resolve: (path: string) => string },
): SimulationSettings {
  const svg = values.text("svg");
  const trains = !values.isOn("dry-run");
  const showsPartition = !trains || values.isOn("show-partition");
  if (svg !== undefined && !showsPartition) {
    throw new CliError("usage", "--svg: expected with --show-partition or --dry-run, received without");
  }
  const options = values.object("strategy-options") ?? {};
  return {
    partition: partitionOf(values, { seed, resolve }),
    strategy: strategyOf(values, options),
    strategyOptions: JSON.stringify(options),
    quorum: values.number("quorum", 1),
    deadlineMs: values.number("deadline-ms", 1),
    numRounds: values.number("rounds", 1) ?? 5,
    localEpochs: values.number("local-epochs", 1),
    holdout: values.decimal("holdout", { max: 0.9 }) ?? 0,
    numWorkers: values.number("workers", 0, MAX_WORKERS),
    showsPartition,
    trains,
    svg: svg === undefined ? undefined : resolve(svg),
  };
}
