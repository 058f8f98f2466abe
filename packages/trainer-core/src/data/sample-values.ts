import type { Features, Samples } from "./dataset.js";

/** The values of the samples at `indices`, in that order, one after the other, as a model takes them: bytes as 255ths. */
export function sampleValues(
  { features }: Pick<Samples, "features">,
  indices: ArrayLike<number>,
  sampleSize: number,
): Float32Array {
  const values = new Float32Array(indices.length * sampleSize);
  const copy = openRows(features, sampleSize);
  for (let i = 0; i < indices.length; i += 1) {
    copy(values.subarray(i * sampleSize, (i + 1) * sampleSize), indices[i] as number);
  }
  return values;
}

/** Makes what copies one row to a place; bytes become 255ths. */
export function openRows(features: Features, sampleSize: number): (place: Float32Array, row: number) => void {
  if (features instanceof Float32Array) {
    return (place, row) => place.set(features.subarray(row * sampleSize, (row + 1) * sampleSize));
  }
  if (features instanceof Uint8Array) {
    return (place, row) => {
      const start = row * sampleSize;
      for (let i = 0; i < sampleSize; i += 1) place[i] = (features[start + i] as number) / 255;
    };
  }
  const bytes = new Uint8Array(features.rowBytes);
  return (place, row) => {
    features.read(row, bytes);
    for (let i = 0; i < sampleSize; i += 1) place[i] = (bytes[i] as number) / 255;
  };
}
