import { partitionIndices } from "./partition-indices.js";
import type { PartitionOptions } from "./partition-options.js";
import { splitHoldout } from "./split-holdout.js";

/** 10,000 samples of ten classes. */
export const tenClasses = Uint8Array.from({ length: 10_000 }, (_, i) => i % 10);

const dealt = { numClients: 7, seed: 1 };
const groups = Uint16Array.from({ length: 10_000 }, (_, i) => (i * i) % 31);

/** Partitions of `tenClasses`, at least one of each kind. */
export const knownPartitions: Readonly<Record<string, PartitionOptions>> = {
  iid: { kind: "iid", ...dealt },
  dirichlet: { kind: "dirichlet", ...dealt, alpha: 0.5 },
  "dirichlet, balanced": { kind: "dirichlet", ...dealt, alpha: 0.5, balance: true },
  "dirichlet, nearly even": { kind: "dirichlet", ...dealt, alpha: 1000 },
  "dirichlet-per-client": { kind: "dirichlet-per-client", ...dealt, alpha: 0.5 },
  shards: { kind: "shards", ...dealt },
  pathological: { kind: "pathological", ...dealt, classesPerClient: 3 },
  quantity: { kind: "quantity", ...dealt, alpha: 0.5 },
  "power-law": { kind: "power-law", ...dealt, exponent: 1.3 },
  natural: { kind: "natural", groups, numClients: 7 },
  feature: { kind: "feature", ...dealt, noise: 0.1 },
};

/** What `partitionHashes` is to give on every machine. */
export const knownHashes: Readonly<Record<string, string>> = {
  iid: "730281da 11976d33",
  dirichlet: "2870a88d 227dbe2f",
  "dirichlet, balanced": "29d66655 a5461069",
  "dirichlet, nearly even": "e1906e8c 73bf9b82",
  "dirichlet-per-client": "6e7469be aefec57c",
  shards: "f6f0e364 6b970603",
  pathological: "58438b44 51010548",
  quantity: "041f7792 83297695",
  "power-law": "06d3f894 d3499094",
  natural: "091df58d 113068d6",
  feature: "158bb4c2 9d9141ec",
};

/** The hash of each known partition and of its first client's holdout, as this machine makes them. */
export function partitionHashes(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(knownPartitions).map(([name, options]) => {
      const parts = partitionIndices(tenClasses, options);
      const [first = new Uint32Array()] = parts;
      const { holdout } = splitHoldout(first, { share: 0.2, seed: 1, clientId: "client-1" });
      return [name, `${hashOf(parts)} ${hashOf([holdout])}`];
    }),
  );
}

/** A short hash of sizes and indices (FNV-1a, 32 bits). */
export function hashOf(parts: readonly ArrayLike<number>[]): string {
  let hash = 0x811c9dc5;
  const add = (word: number) => {
    for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((word >>> shift) & 255), 0x01000193);
  };
  for (const part of parts) {
    add(part.length);
    for (let i = 0; i < part.length; i += 1) add(part[i] as number);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
