import type { Checkpoint, Dataset, Engine, ModelSpec } from "@fedloom/trainer-core";
import { fingerprint } from "@fedloom/trainer-core/node";

/** What of a run its config does not fix, and a run that goes on must have in common with the one before. */
export interface RunFacts {
  readonly engine: Engine;
  readonly model: ModelSpec;
  readonly dataset: Dataset;
  readonly shares?: readonly Uint32Array[];
}

/** The facts as they stand in each checkpoint: the model's form among them, so that it can be exported from there. */
export function describeFacts({ engine, model, dataset, shares = [] }: RunFacts): Record<string, string> {
  return {
    engine: engine.name,
    modelSpec: JSON.stringify(model),
    classNames: JSON.stringify(dataset.classNames),
    data: fingerprint(dataset, shares),
  };
}

/** What a checkpoint says of the run's model. */
export interface CheckpointFacts {
  readonly model: ModelSpec;
  readonly modelName: string;
  readonly dataset: string;
  readonly classNames: string;
}

/** Reads from a checkpoint what `describeFacts` has put there; undefined for one of another program. */
export function factsOf({ config }: Checkpoint): CheckpointFacts | undefined {
  const { modelSpec, model, dataset, classNames } = config;
  if (typeof modelSpec !== "string") return undefined;
  return {
    model: JSON.parse(modelSpec) as ModelSpec,
    modelName: String(model),
    dataset: String(dataset),
    classNames: String(classNames),
  };
}

/** The engine that a run has to go on with, lest its weights differ by rounding. */
export function engineOf(checkpoint: Checkpoint | undefined): string | undefined {
  const engine = checkpoint?.config.engine;
  return typeof engine === "string" ? engine : undefined;
}
