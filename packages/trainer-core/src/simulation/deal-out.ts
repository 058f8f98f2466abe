import type { Dataset } from "../data/dataset.js";
import { featureTransforms, transformSamples } from "../data/partition/feature-skew.js";
import { partitionIndices } from "../data/partition/partition-indices.js";
import type { PartitionOptions } from "../data/partition/partition-options.js";
import { splitHoldout } from "../data/partition/split-holdout.js";

/**
 * Which samples each client has, and what they look like there.
 * @throws TrainerError `invalid_option` that names the field, `partition_failed`
 */
export function dealOut(
  dataset: Dataset,
  partition: PartitionOptions,
): { dataset: Dataset; shares: Uint32Array[] } {
  const shares = partitionIndices(dataset.train.labels, partition);
  if (partition.kind !== "feature") return { dataset, shares };
  const { sampleShape } = dataset;
  const { kind: _, ...skew } = partition;
  const transforms = featureTransforms(skew);
  const train = transformSamples(dataset.train, shares, { sampleShape, transforms, seed: partition.seed });
  return { dataset: { ...dataset, train }, shares };
}

/** Of each client's samples a part that it does not train on, only evaluates; none for a share of 0. */
export function keepHoldouts(
  all: readonly Uint32Array[],
  { share, seed }: { share: number; seed: number },
): { shares: readonly Uint32Array[]; holdouts?: readonly Uint32Array[] } {
  if (share === 0) return { shares: all };
  const splits = all.map((indices, i) => splitHoldout(indices, { share, seed, clientId: `client-${i + 1}` }));
  return { shares: splits.map(({ train }) => train), holdouts: splits.map(({ holdout }) => holdout) };
}

/** Of how many classes clients' evaluations tell: two for each label of its own, and for numbers none that counts. */
export function numReportedClasses({
  task = "classification",
  classNames,
}: Pick<Dataset, "task" | "classNames">): number {
  return task === "classification" ? classNames.length : 2;
}
