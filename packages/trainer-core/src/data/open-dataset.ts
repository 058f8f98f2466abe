import type { Dataset } from "./dataset.js";
import { parseMedMnist } from "./medmnist.js";
import { readDataFile } from "./read-data-file.js";
import { createSyntheticXrays } from "./synthetic-xrays.js";

export interface OpenDatasetOptions {
  /** A MedMNIST `.npz` file; absent, the synthetic chest X-rays are made. Needs Node. */
  readonly path?: string | undefined;
  /** Of the run; only the synthetic images depend on it. */
  readonly seed: number;
}

/**
 * Opens the data set of a run: a file, or the project's own synthetic chest X-rays.
 * @throws TrainerError `unreadable_data` or `invalid_data` that names the file and what is wrong with it.
 */
export async function openDataset(options: OpenDatasetOptions): Promise<Dataset> {
  const { path, seed } = options;
  if (path === undefined) return createSyntheticXrays({ seed });
  const file = path.split(/[\\/]/).at(-1) || path;
  const bytes = await readDataFile(path);
  return parseMedMnist(bytes, { file, name: datasetName(file) });
}

/** `data/PneumoniaMNIST.npz` -> `pneumoniamnist`; larger variants keep their size: `pneumoniamnist_64`. */
function datasetName(file: string): string {
  const stem = file.replace(/\.npz$/i, "").toLowerCase();
  return stem.replace(/[^a-z0-9_.-]+/g, "-").slice(0, 64) || "dataset";
}
