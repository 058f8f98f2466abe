import { type RandomStream, randomStream } from "@fedloom/fl-strategy";
import { dirichlet } from "./dirichlet.js";
import { dirichletPerClient } from "./dirichlet-per-client.js";
import { iid } from "./iid.js";
import { natural } from "./natural.js";
import type { PartitionKind, PartitionOptions } from "./partition-options.js";
import { pathological } from "./pathological.js";
import { powerLaw, quantity } from "./quantity.js";
import { refuseOption } from "./require-option.js";
import { shards } from "./shards.js";

type Partitioner = (labels: Uint8Array, options: never, random: RandomStream) => Uint32Array[];

const dealt = ["numClients", "seed"];
const drawn = [...dealt, "minSize", "maxTries"];

/** Every partitioner by its kind, with the options it takes. */
const partitioners = {
  iid: [iid, dealt],
  dirichlet: [dirichlet, [...drawn, "alpha", "balance"]],
  "dirichlet-per-client": [dirichletPerClient, [...dealt, "alpha"]],
  shards: [shards, [...dealt, "shardsPerClient"]],
  pathological: [pathological, [...dealt, "classesPerClient"]],
  quantity: [quantity, [...drawn, "alpha"]],
  "power-law": [powerLaw, [...dealt, "exponent", "minSize"]],
  natural: [natural, ["groups", "numClients"]],
  feature: [iid, [...dealt, "noise", "brightness", "contrast", "rotation"]],
} as const satisfies Record<PartitionKind, readonly [Partitioner, readonly string[]]>;

/** What a partition that is asked for by its kind alone takes. */
export const usualPartitionOptions: Partial<Record<PartitionKind, Readonly<Record<string, number>>>> = {
  dirichlet: { alpha: 0.5 },
  "dirichlet-per-client": { alpha: 0.5 },
  quantity: { alpha: 0.5 },
  pathological: { classesPerClient: 2 },
  "power-law": { exponent: 1 },
};

/** Every kind of partition, in the order in which to offer them. */
export const partitionKinds = Object.keys(partitioners) as PartitionKind[];

/** The options that a kind takes beside `kind`. */
export function partitionOptionNames(kind: PartitionKind): readonly string[] {
  return partitioners[kind][1];
}

/**
 * The sample indices of each client: every index exactly once, the same for the same seed in Node and in every browser.
 *
 * No client is without samples. The order within a client is no order to train in: batches are shuffled anew.
 * @throws TrainerError `invalid_option` that names the field, or `partition_failed` when a client would have too few
 *   samples.
 */
export function partitionIndices(labels: Uint8Array, options: PartitionOptions): Uint32Array[] {
  const { kind } = options;
  if (!(labels instanceof Uint8Array)) {
    refuseOption("labels", "a Uint8Array, such as dataset.train.labels", typeof labels);
  }
  if (!Object.hasOwn(partitioners, kind)) refuseOption("kind", `one of ${partitionKinds.join(", ")}`, kind);
  const [partitioner, known] = partitioners[kind] as readonly [Partitioner, readonly string[]];
  const stray = Object.keys(options).find((name) => name !== "kind" && !known.includes(name));
  if (stray !== undefined) refuseOption(kind, `options among ${known.join(", ")}`, stray);
  const { numClients } = options;
  const isGiven = kind !== "natural" || numClients !== undefined;
  if (
    isGiven &&
    !(Number.isInteger(numClients) && (numClients as number) >= 1 && (numClients as number) <= labels.length)
  ) {
    refuseOption("numClients", `an integer in [1, ${labels.length}], one sample each at least`, numClients);
  }
  const seed = options.kind === "natural" ? 0 : options.seed;
  if (!Number.isSafeInteger(seed)) refuseOption("seed", "an integer", seed);
  return partitioner(labels, options as never, randomStream(seed, "partition", kind));
}
