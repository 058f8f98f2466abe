import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CsvDataset,
  type Dataset,
  exportLayersModel,
  exportSafetensors,
  type ModelSpec,
  resolveModel,
} from "@fedloom/trainer-core";
import { CliError } from "../errors.js";

export const EXPORTED_FILES = ["model.json", "weights.bin", "model.safetensors", "input.json"] as const;

export interface ExportModelOptions {
  readonly folder: string;
  readonly model: ModelSpec;
  readonly weights: Float32Array;
  readonly dataset: Dataset;
  /** What the files say of themselves, such as the run. */
  readonly about: Readonly<Record<string, string>>;
}

/**
 * Writes a trained model for others to use: as a LayersModel of TensorFlow.js, as safetensors, and what its inputs and
 * outputs mean as `input.json`. Each file is there whole or not at all.
 * @throws CliError `unwritable_file` that names the file.
 */
export function exportModel({ folder, model, weights, dataset, about }: ExportModelOptions): void {
  const resolved = resolveModel(model);
  const { modelJson, weightsBin } = exportLayersModel(model, weights);
  const described = { ...about, dataset: dataset.title, class_names: JSON.stringify(dataset.classNames) };
  const contents: Record<(typeof EXPORTED_FILES)[number], string | Uint8Array> = {
    "weights.bin": weightsBin,
    "model.safetensors": exportSafetensors(resolved, weights, described),
    "input.json": `${JSON.stringify({ ...about, ...inputOf(dataset) }, null, 2)}\n`,
    // Last: with it the model is whole.
    "model.json": JSON.stringify(modelJson),
  };
  for (const [name, content] of Object.entries(contents)) writeWhole(join(folder, name), content);
}

/** What has to be known to give the model something, and to read what it says. */
function inputOf(dataset: Dataset) {
  const { title, sampleShape, classNames } = dataset;
  const isBytes = dataset.train.features instanceof Uint8Array;
  const { columns } = dataset as Partial<CsvDataset>;
  return {
    dataset: title,
    sample_shape: sampleShape,
    class_names: classNames,
    ...(isBytes && { values: "bytes divided by 255" }),
    ...(columns && { columns }),
  };
}

function writeWhole(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(`${path}.unfinished`, content, { flush: true });
    renameSync(`${path}.unfinished`, path);
  } catch (cause) {
    rmSync(`${path}.unfinished`, { force: true });
    const message = `${path}: expected to be written: ${(cause as Error).message}`;
    throw new CliError("unwritable_file", message, { cause });
  }
}
