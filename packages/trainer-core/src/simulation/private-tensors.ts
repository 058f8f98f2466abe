import type { WeightsLayout } from "@fedloom/fl-strategy";

/** How many elements of a layout stay with each client. */
export function privateSize(layout: WeightsLayout): number {
  return privateTensors(layout).reduce((sum, { size }) => sum + size, 0);
}

/** The elements that stay with a client, one tensor after another. */
export function takePrivate(layout: WeightsLayout, weights: Float32Array): Float32Array {
  const taken = new Float32Array(privateSize(layout));
  let at = 0;
  for (const { offset, size } of privateTensors(layout)) {
    taken.set(weights.subarray(offset, offset + size), at);
    at += size;
  }
  return taken;
}

/** Writes what {@link takePrivate} took in its place. */
export function putPrivate(layout: WeightsLayout, weights: Float32Array, taken: Float32Array): void {
  let at = 0;
  for (const { offset, size } of privateTensors(layout)) {
    weights.set(taken.subarray(at, at + size), offset);
    at += size;
  }
}

function privateTensors({ tensors }: WeightsLayout) {
  return tensors.filter(({ role }) => role === "private");
}
