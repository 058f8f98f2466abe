/** Bytes of rows that are worked on at once: enough that copying a piece of a row costs more than the call that does it. */
const BLOCK_BYTES = 2_097_152;

/** Columns of a block of rows: a multiple of 32, the same for every kind of kernels, because sums end with the block. */
export function blockWidth(numRows: number): number {
  const columns = Math.floor(BLOCK_BYTES / (4 * numRows) / 32) * 32;
  return Math.min(4_096, Math.max(32, columns));
}

/** @throws RangeError unless there is a row and all have one length. */
export function requireRows(rows: readonly Float32Array[]): number {
  const size = rows[0]?.length;
  if (size === undefined) throw new RangeError("rows: expected at least one, got none");
  const wrong = rows.findIndex((row) => row.length !== size);
  if (wrong !== -1) {
    throw new RangeError(
      `row ${wrong}: expected ${size} elements, got ${(rows[wrong] as Float32Array).length}`,
    );
  }
  return size;
}

/** @throws RangeError unless `value` is an integer in [least, most]. */
export function requireInteger(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name}: expected an integer in [${least}, ${most}], got ${value}`);
  }
}
