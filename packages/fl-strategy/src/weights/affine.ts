import { vectorKernels } from "@fedloom/kernels";

// Points that are affine combinations z = sum_i a_i v_i of n vectors, with sum_i a_i = 1, need no vectors to be compared:
//   ||z - v_k||^2 = sum_i a_i D_ik - 1/2 sum_ij a_i a_j D_ij,  with D the squared distances between the vectors.
// Iterations over them cost n^2 a step instead of n times the size of the model.

/** Beyond 32 times the usual distance to the nearest vector. */
const FAR = 1024;

/**
 * Squared distances between vectors to reckon with as above. Sums of distances to far vectors leave a small one after
 * they cancel, so that those need all of float64, where differences rounded to float32 do for the others.
 */
export function affineDistances(rows: readonly Float32Array[]): Float64Array {
  const n = rows.length;
  const squared = vectorKernels().squaredDistances(rows);
  const nearest = Float64Array.from(rows, (_, i) =>
    squared
      .subarray(i * n, (i + 1) * n)
      .reduce((least, value, j) => (j === i ? least : Math.min(least, value)), Number.POSITIVE_INFINITY),
  ).sort();
  const usual = nearest[n >> 1] as number;
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 1; j < n; j += 1) {
      if (!((squared[i * n + j] as number) > FAR * usual)) continue;
      const exact = vectorKernels().squaredNorm(rows[i] as Float32Array, rows[j] as Float32Array);
      squared[i * n + j] = exact;
      squared[j * n + i] = exact;
    }
  }
  return squared;
}

/** Distances of an affine combination to each of the vectors. */
export function distancesTo(shares: Float64Array, squaredDistances: Float64Array): Float64Array {
  const n = shares.length;
  const toEach = new Float64Array(n);
  let spread = 0;
  for (let k = 0; k < n; k += 1) {
    let sum = 0;
    for (let i = 0; i < n; i += 1) sum += (shares[i] as number) * (squaredDistances[i * n + k] as number);
    toEach[k] = sum;
    spread += 0.5 * (shares[k] as number) * sum;
  }
  return toEach.map((sum) => Math.sqrt(Math.max(0, sum - spread)));
}

/** The combination itself, less `origin`, summed exactly. */
export function combineRows(
  rows: readonly Float32Array[],
  shares: ArrayLike<number>,
  origin?: Float32Array,
): Float64Array {
  const size = rows[0]?.length ?? 0;
  const options = { size, maxAddends: Math.max(1, rows.length), ...(origin ? { origin } : {}) };
  // The sum takes memory that may be the one in which the rows lie.
  const held = rows.map(vectorKernels().hold);
  const sum = vectorKernels().createExactSum(options);
  try {
    for (const [i, row] of held.entries()) {
      const share = shares[i] as number;
      if (share !== 0) sum.add(row(), share, origin !== undefined);
    }
    return sum.total();
  } finally {
    sum.release();
  }
}
