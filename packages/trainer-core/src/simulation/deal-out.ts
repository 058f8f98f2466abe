import type { Dataset, Samples } from "../data/dataset.js";
import {
  type ClientTransform,
  featureTransforms,
  requireTransformable,
  transformSamples,
} from "../data/partition/feature-skew.js";
import { partitionIndices } from "../data/partition/partition-indices.js";
import type { FeatureOptions, PartitionOptions } from "../data/partition/partition-options.js";
import { splitHoldout } from "../data/partition/split-holdout.js";

/** What says who may have which samples. */
interface Dealable extends Pick<Dataset, "sampleShape"> {
  readonly train: Pick<Samples, "labels" | "features">;
}

/**
 * Which samples each client has, and what they look like there.
 * @throws TrainerError `invalid_option` that names the field, `partition_failed`
 */
export function dealOut(
  dataset: Dataset,
  partition: PartitionOptions,
): { dataset: Dataset; shares: Uint32Array[] } {
  const shares = dealShares(dataset, partition);
  if (partition.kind !== "feature") return { dataset, shares };
  const { sampleShape } = dataset;
  const transforms = transformsOf(partition);
  const train = transformSamples(dataset.train, shares, { sampleShape, transforms, seed: partition.seed });
  return { dataset: { ...dataset, train }, shares };
}

/**
 * Which samples each client has; `dealOut` also makes them look as they do there.
 * @throws TrainerError as `dealOut`
 */
export function dealShares({ train, sampleShape }: Dealable, partition: PartitionOptions): Uint32Array[] {
  const shares = partitionIndices(train.labels, partition);
  if (partition.kind === "feature") {
    requireTransformable(train, { sampleShape, transforms: transformsOf(partition) });
  }
  return shares;
}

function transformsOf({ kind: _, ...skew }: FeatureOptions): ClientTransform[] {
  return featureTransforms(skew);
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
