import { createHash } from "node:crypto";
import type { Dataset, Samples } from "./dataset.js";

/** What tells data from other data: sha256, shortened, of all samples and of who has which. */
export function fingerprint({ train, val, test }: Dataset, shares: readonly Uint32Array[]): string {
  const hash = createHash("sha256");
  const add = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => {
    hash.update(`${byteLength};`).update(new Uint8Array(buffer, byteOffset, byteLength));
  };
  for (const { features, labels, targets } of [train, val, test] satisfies Samples[]) {
    add(labels);
    if (targets) add(targets);
    // Of what is read from a file row by row, labels have to be enough.
    if (ArrayBuffer.isView(features)) add(features);
  }
  for (const share of shares) add(share);
  return hash.digest("hex").slice(0, 16);
}
