import type { RandomStream } from "@fedloom/fl-strategy";
import type { ShardsOptions } from "./partition-options.js";
import { refuseOption, requireCount } from "./require-option.js";
import { equalCut, indicesByClass, shuffledIndices } from "./sizes.js";

export function shards(
  labels: Uint8Array,
  { numClients, shardsPerClient = 2 }: ShardsOptions,
  random: RandomStream,
): Uint32Array[] {
  requireCount("shardsPerClient", shardsPerClient);
  const numShards = numClients * shardsPerClient;
  const { length } = labels;
  if (numShards > length) {
    const most = Math.floor(length / numClients);
    refuseOption(
      "shardsPerClient",
      `an integer in [1, ${most}], one sample a shard at least`,
      shardsPerClient,
    );
  }
  const sorted = new Uint32Array(length);
  let start = 0;
  for (const indices of indicesByClass(labels)) {
    sorted.set(indices, start);
    start += indices.length;
  }
  const dealt = shuffledIndices(numShards, random);
  return Array.from({ length: numClients }, (_, client) => {
    const own = dealt.slice(client * shardsPerClient, (client + 1) * shardsPerClient);
    const pieces = Array.from(own, (shard) =>
      sorted.subarray(equalCut(shard, numShards, length), equalCut(shard + 1, numShards, length)),
    );
    const part = new Uint32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      part.set(piece, at);
      at += piece.length;
    }
    return part;
  });
}
