/** counts[(bits >> shift) & mask] += 1 over the magnitudes whose bits above `shift + width of mask` equal `prefix`. */
export function countBits(
  counts: usize,
  values: usize,
  size: i32,
  shift: i32,
  mask: u32,
  prefixShift: i32,
  prefix: u32,
): void {
  for (let i = 0; i < size; i += 1) {
    const bits = load<u32>(values + (<usize>i << 2)) & 0x7fffffff;
    if (prefixShift < 32 && bits >> prefixShift != prefix) continue;
    const place = counts + (<usize>((bits >> shift) & mask) << 2);
    store<u32>(place, load<u32>(place) + 1);
  }
}

/**
 * Writes the indices (plus `first`) of the magnitudes above `threshold` bits, and of the first `ties` that equal it;
 * returns how many were written, with the number of ties taken in the upper half.
 */
export function collectTopK(
  out: usize,
  values: usize,
  size: i32,
  first: u32,
  threshold: u32,
  ties: i32,
): u64 {
  let written: u32 = 0;
  let taken: i32 = 0;
  for (let i = 0; i < size; i += 1) {
    const bits = load<u32>(values + (<usize>i << 2)) & 0x7fffffff;
    if (bits < threshold) continue;
    if (bits == threshold) {
      if (taken >= ties) continue;
      taken += 1;
    }
    store<u32>(out + (<usize>written << 2), first + i);
    written += 1;
  }
  return (<u64>taken << 32) | <u64>written;
}
