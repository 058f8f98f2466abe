import type { RandomStream } from "@fedloom/fl-strategy";
import type { FeatureOptions, IidOptions } from "./partition-options.js";
import { equalCut, shuffledIndices } from "./sizes.js";

export function iid(
  labels: Uint8Array,
  { numClients }: IidOptions | FeatureOptions,
  random: RandomStream,
): Uint32Array[] {
  const { length } = labels;
  const shuffled = shuffledIndices(length, random);
  return Array.from({ length: numClients }, (_, client) =>
    shuffled.slice(equalCut(client, numClients, length), equalCut(client + 1, numClients, length)),
  );
}
