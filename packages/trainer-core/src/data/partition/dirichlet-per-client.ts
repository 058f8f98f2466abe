import type { RandomStream } from "@fedloom/fl-strategy";
import type { DirichletPerClientOptions } from "./partition-options.js";
import { requirePositive } from "./require-option.js";
import { equalCut, indicesByClass, sharesOf } from "./sizes.js";

/**
 * One client after the other draws its samples from its mixture. A class that is used up leaves the mixtures, which keep
 * the proportions of the rest: the price of giving every sample out exactly once. The last clients pay most of it.
 */
export function dirichletPerClient(
  labels: Uint8Array,
  { numClients, alpha }: DirichletPerClientOptions,
  random: RandomStream,
): Uint32Array[] {
  requirePositive("alpha", alpha);
  const { length } = labels;
  const classes = indicesByClass(labels).map((indices) => random.shuffle(indices));
  const numLeft = classes.map((indices) => indices.length);
  const concentrations = numLeft.map((size) => (alpha * classes.length * size) / length);
  return Array.from({ length: numClients }, (_, client) => {
    const logs = concentrations.map((concentration) => random.logGamma(concentration));
    const size = equalCut(client + 1, numClients, length) - equalCut(client, numClients, length);
    const part = new Uint32Array(size);
    let shares = sharesLeft(logs, numLeft);
    for (let i = 0; i < size; i += 1) {
      const label = drawClass(shares, random);
      const left = (numLeft[label] as number) - 1;
      numLeft[label] = left;
      part[i] = (classes[label] as Uint32Array)[left] as number;
      if (left === 0 && i + 1 < size) shares = sharesLeft(logs, numLeft);
    }
    return part;
  });
}

/** The mixture without the classes that are used up. */
function sharesLeft(logs: readonly number[], numLeft: readonly number[]): number[] {
  return sharesOf(logs.map((log, label) => (numLeft[label] === 0 ? Number.NEGATIVE_INFINITY : log)));
}

function drawClass(shares: readonly number[], random: RandomStream): number {
  let rest = random.uniform();
  let last = 0;
  for (const [label, share] of shares.entries()) {
    if (share === 0) continue;
    last = label;
    rest -= share;
    if (rest < 0) break;
  }
  return last;
}
