import type { RunConfig } from "@fedloom/protocol";
import { type Dataset, type ModelDefinition, type ModelSpec, modelFor } from "@fedloom/trainer-core";
import { openDataset } from "@fedloom/trainer-core/node";
import { dataSourceOf } from "../config/data-source-of.js";
import { asRefusal, refusingAs } from "../config/refusal.js";

/** A run's samples, and the model that fits them. */
export interface OpenedData {
  readonly dataset: Dataset;
  readonly definition: ModelDefinition;
  readonly model: ModelSpec;
}

/** @throws ServerError `config_invalid`, TrainerError that names the file and what is wrong with it. */
export async function openData(config: RunConfig): Promise<OpenedData> {
  const dataset = await openSamples(config);
  const { definition, model } = refusingAs("model", () => modelFor(dataset, config.model));
  return { dataset, definition, model };
}

/** @throws ServerError `config_invalid`, TrainerError that names the file and what is wrong with it. */
export async function openSamples(
  config: Pick<RunConfig, "data" | "dataPath" | "dataOptions" | "seed">,
): Promise<Dataset> {
  const source = dataSourceOf(config);
  return openDataset({ source, seed: config.seed }).catch((error: unknown) => {
    throw asRefusal("data_options", error);
  });
}
