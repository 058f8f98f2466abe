/** Index arrays of all clients one after another in shared memory: one array, however many clients. */
export interface SharedShares {
  readonly indices: Uint32Array;
  /** Where each client's begin, and at the end where the last one's end. */
  readonly offsets: Uint32Array;
}

export function joinShares(shares: readonly Uint32Array[]): SharedShares {
  const offsets = new Uint32Array(new SharedArrayBuffer((shares.length + 1) * 4));
  for (const [i, { length }] of shares.entries()) offsets[i + 1] = (offsets[i] as number) + length;
  const indices = new Uint32Array(new SharedArrayBuffer((offsets[shares.length] as number) * 4));
  for (const [i, share] of shares.entries()) indices.set(share, offsets[i]);
  return { indices, offsets };
}

/** One client's indices: a view, not a copy. */
export function shareAt({ indices, offsets }: SharedShares, place: number): Uint32Array {
  return indices.subarray(offsets[place], offsets[place + 1]);
}
