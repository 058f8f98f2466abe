import type { Samples } from "../data/dataset.js";
import { openFeatureFile } from "../data/files/feature-file.js";
import type { SentSamples } from "./worker-messages.js";

export type Splits<Some> = Readonly<Partial<Record<"train" | "val" | "test", Some>>>;

/** Opens what a worker was sent: files of features, by their path. */
export function openSamples(sent: Splits<SentSamples>): Splits<Samples> {
  const opened: Partial<Record<"train" | "val" | "test", Samples>> = {};
  for (const split of ["train", "val", "test"] as const) {
    const samples = sent[split];
    if (!samples) continue;
    const { features } = samples;
    opened[split] = {
      ...samples,
      // Open until the worker ends.
      features: ArrayBuffer.isView(features) ? features : openFeatureFile(features.path, features.rowBytes),
    };
  }
  return opened;
}
