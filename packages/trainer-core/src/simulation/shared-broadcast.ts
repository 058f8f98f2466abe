/** Vectors that a strategy sends, by name. */
export type Vectors = Readonly<Record<string, Float32Array>>;

/** Puts vectors into shared memory, the same for every call as long as names and lengths are. */
export function createSharedBroadcast(): (vectors: Vectors) => Vectors {
  let shared: Record<string, Float32Array> = {};
  return (vectors) => {
    const next: Record<string, Float32Array> = {};
    for (const [name, vector] of Object.entries(vectors)) {
      const known = shared[name];
      const place =
        known?.length === vector.length ? known : new Float32Array(new SharedArrayBuffer(vector.byteLength));
      place.set(vector);
      next[name] = place;
    }
    shared = next;
    return next;
  };
}
