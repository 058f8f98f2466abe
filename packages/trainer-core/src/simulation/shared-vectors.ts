/** Shared memory for what calls of a pool send to workers: as much as calls have needed at once, used again. */
export interface SharedVectors {
  lease(): VectorLease;
}

/** What one call has; disposing of it gives the memory back. */
export interface VectorLease extends Disposable {
  /** A copy in shared memory. */
  copy(vector: Float32Array): Float32Array;
}

export function createSharedVectors(): SharedVectors {
  const free: Float32Array[] = [];
  let numLent = 0;
  let mostLent = 0;

  function take(length: number): Float32Array {
    numLent += 1;
    mostLent = Math.max(mostLent, numLent);
    const at = free.findIndex((vector) => vector.length === length);
    return at === -1
      ? new Float32Array(new SharedArrayBuffer(length * 4))
      : (free.splice(at, 1)[0] as Float32Array);
  }

  return {
    lease() {
      const taken: Float32Array[] = [];
      return {
        copy(vector) {
          const copy = take(vector.length);
          copy.set(vector);
          taken.push(copy);
          return copy;
        },
        [Symbol.dispose]() {
          numLent -= taken.length;
          free.push(...taken.splice(0));
          // Those of lengths that nobody asks for any more.
          free.splice(0, free.length + numLent - mostLent);
        },
      };
    },
  };
}
