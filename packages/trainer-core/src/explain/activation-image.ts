interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * A class activation map as an image of another size, one byte a pixel: bilinear between the places' centres, 0 for what
 * speaks against the class, and 255 for what speaks most for it; all 0 where nothing does.
 */
export function activationImage(map: Float32Array, from: Size, to: Size): Uint8Array {
  const values = new Float32Array(to.height * to.width);
  const rows = neighboursOf(from.height, to.height);
  const columns = neighboursOf(from.width, to.width);
  let place = 0;
  for (const row of rows) {
    for (const column of columns) {
      const at = (y: number, x: number) => map[y * from.width + x] as number;
      const above = mix(at(row.before, column.before), at(row.before, column.after), column.share);
      const below = mix(at(row.after, column.before), at(row.after, column.after), column.share);
      values[place] = mix(above, below, row.share);
      place += 1;
    }
  }
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  // Neither NaN nor a map without anything above 0 has a scale.
  if (!(highest > 0)) return new Uint8Array(values.length);
  return Uint8Array.from(values, (value) => Math.round((Math.max(value, 0) / highest) * 255));
}

/** Between which two of the fewer places each of the more lies, and how near to the second, 0 to 1. */
function neighboursOf(numFrom: number, numTo: number) {
  return Array.from({ length: numTo }, (_, i) => {
    const at = Math.min(Math.max(((i + 0.5) * numFrom) / numTo - 0.5, 0), numFrom - 1);
    const before = Math.floor(at);
    return { before, after: Math.min(before + 1, numFrom - 1), share: at - before };
  });
}

function mix(a: number, b: number, share: number): number {
  return a + share * (b - a);
}
