import { portableExp, type RandomStream, randomStream } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";
import { type Samples, takeSamples } from "./dataset.js";

/** How the samples are dealt out to the clients. */
export type PartitionOptions =
  | { readonly kind: "iid"; readonly numClients: number; readonly seed: number }
  | {
      readonly kind: "dirichlet";
      readonly numClients: number;
      readonly seed: number;
      /** Concentration > 0: the smaller, the more the clients' shares of a class differ. */
      readonly alpha: number;
      /** Fewest samples of a client; default 10. */
      readonly minSize?: number;
      /** Draws before giving up; default 10. */
      readonly maxTries?: number;
    };

/** Deals samples out to clients, each sample exactly once; one share per client. */
export function partitionSamples(samples: Samples, options: PartitionOptions): Samples[] {
  return partitionIndices(samples.labels, options).map((indices) => takeSamples(samples, indices));
}

/**
 * The sample indices of each client: every index exactly once, the same for the same seed on every machine.
 *
 * `dirichlet` deals each class out by its own draw from Dir(alpha) over the clients (Li, Diao, Chen, He: "Federated
 * Learning on Non-IID Data Silos", 2022), without their cap on clients that are already above the average, so that
 * sizes differ as well as classes. `iid` shuffles and cuts into equal parts.
 * @throws TrainerError `invalid_option`, or `partition_failed` when no draw leaves every client `minSize` samples.
 */
export function partitionIndices(labels: Uint8Array, options: PartitionOptions): Uint32Array[] {
  const { numClients, seed } = options;
  if (!Number.isInteger(numClients) || numClients < 1 || numClients > labels.length) {
    throw new TrainerError(
      "invalid_option",
      `numClients: expected an integer in [1, ${labels.length}], one sample each at least, got ${numClients}`,
    );
  }
  const random = randomStream(seed, "partition", options.kind);
  if (options.kind === "iid") return partitionIid(labels.length, numClients, random);

  const { alpha, minSize = 10, maxTries = 10 } = options;
  if (!(alpha > 0 && Number.isFinite(alpha))) {
    throw new TrainerError("invalid_option", `alpha: expected a finite number > 0, got ${alpha}`);
  }
  if (!Number.isInteger(minSize) || minSize < 1) {
    throw new TrainerError("invalid_option", `minSize: expected an integer >= 1, got ${minSize}`);
  }
  let best = 0;
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const parts = partitionByClass(labels, { numClients, alpha }, random);
    const smallest = Math.min(...parts.map((part) => part.length));
    if (smallest >= minSize) return parts.map((part) => random.shuffle(Uint32Array.from(part)));
    best = Math.max(best, smallest);
  }
  throw new TrainerError(
    "partition_failed",
    `partition: expected at least ${minSize} samples for each of ${numClients} clients, got ${best} for the smallest ` +
      `in the best of ${maxTries} draws; a larger alpha (now ${alpha}) or fewer clients would help`,
  );
}

function partitionIid(numSamples: number, numClients: number, random: RandomStream): Uint32Array[] {
  const shuffled = random.shuffle(Uint32Array.from({ length: numSamples }, (_, i) => i));
  return Array.from({ length: numClients }, (_, client) =>
    shuffled.slice(
      Math.floor((client * numSamples) / numClients),
      Math.floor(((client + 1) * numSamples) / numClients),
    ),
  );
}

function partitionByClass(
  labels: Uint8Array,
  { numClients, alpha }: { numClients: number; alpha: number },
  random: RandomStream,
): number[][] {
  const parts = Array.from({ length: numClients }, (): number[] => []);
  for (const label of [...new Set(labels)].sort((a, b) => a - b)) {
    const ofClass: number[] = [];
    labels.forEach((value, index) => {
      if (value === label) ofClass.push(index);
    });
    random.shuffle(ofClass);
    const cuts = cumulative(drawShares(numClients, alpha, random), ofClass.length);
    for (const [client, part] of parts.entries()) {
      for (let i = cuts[client] as number; i < (cuts[client + 1] as number); i += 1)
        part.push(ofClass[i] as number);
    }
  }
  return parts;
}

/** Shares drawn from Dir(alpha): gamma variates over their sum. */
function drawShares(numClients: number, alpha: number, random: RandomStream): number[] {
  const logs = Array.from({ length: numClients }, () => random.logGamma(alpha));
  // Relative to the largest, so that a tiny alpha does not make every share 0 and their quotient NaN.
  const largest = Math.max(...logs);
  const shares = logs.map((value) => portableExp(value - largest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Where to cut `length` items so that the parts have the given shares: one cut more than shares. */
function cumulative(shares: number[], length: number): number[] {
  const cuts = [0];
  let sum = 0;
  for (const share of shares) {
    sum += share;
    cuts.push(Math.min(length, Math.floor(sum * length + 1e-9)));
  }
  cuts[cuts.length - 1] = length;
  return cuts;
}
