import { portableExp, portableLog } from "@fedloom/fl-strategy";
import { countLabels } from "../dataset.js";
import { refuseOption } from "./require-option.js";

export interface ClientStatistics {
  readonly numSamples: number;
  /** By label. */
  readonly classCounts: readonly number[];
  /** Of the client's mixture of classes from the whole's: half the sum of the differences, in [0, 1]. */
  readonly totalVariation: number;
  /** The same by Hellinger's distance, in [0, 1]. */
  readonly hellinger: number;
  /** The exponential of the mixture's entropy: k for k classes in equal parts, 1 for a single one. */
  readonly effectiveClasses: number;
}

/** Distances and numbers of classes are plain means over the clients that have samples. */
export interface PartitionStatistics {
  readonly numSamples: number;
  readonly classCounts: readonly number[];
  readonly clients: readonly ClientStatistics[];
  readonly sizes: { readonly smallest: number; readonly median: number; readonly largest: number };
  /** Of the sizes: 0 for equal ones, near 1 when one client has nearly everything. */
  readonly giniOfSizes: number;
  readonly totalVariation: number;
  readonly hellinger: number;
  readonly effectiveClasses: number;
}

/**
 * How sizes and classes differ between the parts of a partition; the whole is all samples in the parts.
 * @throws TrainerError `invalid_option` for a number of classes that is none.
 */
export function describePartition(
  labels: Uint8Array,
  parts: readonly Uint32Array[],
  numClasses: number,
): PartitionStatistics {
  if (!Number.isInteger(numClasses) || numClasses < 1)
    refuseOption("numClasses", "an integer >= 1", numClasses);
  const counts = parts.map((part) => countLabels(labels, numClasses, part));
  const width = counts.reduce((most, { length }) => Math.max(most, length), numClasses);
  const classCounts = Array.from({ length: width }, (_, label) =>
    counts.reduce((sum, ofClient) => sum + (ofClient[label] ?? 0), 0),
  );
  const clients = counts.map((ofClient) => describeClient(ofClient, classCounts));
  const filled = clients.filter(({ numSamples }) => numSamples > 0);
  const mean = (of: (client: ClientStatistics) => number) =>
    filled.reduce((sum, client) => sum + of(client), 0) / filled.length;
  const sizes = parts.map(({ length }) => length).sort((a, b) => a - b);
  return {
    numSamples: sum(classCounts),
    classCounts,
    clients,
    sizes: { smallest: sizes[0] ?? 0, median: medianOf(sizes), largest: sizes.at(-1) ?? 0 },
    giniOfSizes: giniOf(sizes),
    totalVariation: mean(({ totalVariation }) => totalVariation),
    hellinger: mean(({ hellinger }) => hellinger),
    effectiveClasses: mean(({ effectiveClasses }) => effectiveClasses),
  };
}

function describeClient(given: readonly number[], whole: readonly number[]): ClientStatistics {
  const classCounts = whole.map((_, label) => given[label] ?? 0);
  const [numSamples, numInAll] = [sum(classCounts), sum(whole)];
  let [variation, hellinger, entropy] = [0, 0, 0];
  for (const [label, count] of classCounts.entries()) {
    const share = count / numSamples;
    const shareInAll = (whole[label] as number) / numInAll;
    variation += Math.abs(share - shareInAll) / 2;
    hellinger += (Math.sqrt(share) - Math.sqrt(shareInAll)) ** 2 / 2;
    if (share > 0) entropy -= share * portableLog(share);
  }
  return {
    numSamples,
    classCounts,
    totalVariation: variation,
    hellinger: Math.sqrt(hellinger),
    effectiveClasses: numSamples === 0 ? Number.NaN : portableExp(entropy),
  };
}

/** Of sizes in ascending order. */
function medianOf(sizes: readonly number[]): number {
  const middle = sizes.length >> 1;
  const upper = sizes[middle] ?? 0;
  return sizes.length % 2 === 1 ? upper : ((sizes[middle - 1] ?? 0) + upper) / 2;
}

/** Of sizes in ascending order: the mean difference of two of them over twice their mean. */
function giniOf(sizes: readonly number[]): number {
  const weighted = sizes.reduce((total, size, i) => total + (2 * (i + 1) - sizes.length - 1) * size, 0);
  return weighted === 0 ? 0 : weighted / (sizes.length * sum(sizes));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
