import { type Dataset, dealOut, dealShares } from "@fedloom/trainer-core";
import { type PartitionConfig, partitionOf } from "../config/partition-of.js";
import { refusingAs } from "../config/refusal.js";

/**
 * Which samples each client of a run has, and what they look like there.
 * @throws ServerError `config_invalid` for a partition that these samples do not allow.
 */
export function dealSamples(dataset: Dataset, config: PartitionConfig): ReturnType<typeof dealOut> {
  return refusingAs("partition_options", () => dealOut(dataset, partitionOf(config)));
}

/**
 * Which samples each client of a run has.
 * @throws ServerError as `dealSamples`
 */
export function sharesFor(dataset: Parameters<typeof dealShares>[0], config: PartitionConfig): Uint32Array[] {
  return refusingAs("partition_options", () => dealShares(dataset, partitionOf(config)));
}
