// Order statistics of 32 columns at once: a sorting network exchanges whole rows of 32 numbers, without a branch.
// `rows` holds numRows rows of `width` float32 (a multiple of 32); `network` holds pairs of addresses of rows in `block`.

/** Columns that are worked on at once. */
const COLUMNS: i32 = 32;
/** Bytes of one row of a block. */
const ROW: usize = 128;

// @ts-ignore: decorator
@inline
function exchangeFour(a: usize, b: usize): void {
  const x = v128.load(a);
  const y = v128.load(b);
  v128.store(a, f32x4.pmin(x, y));
  v128.store(b, f32x4.pmax(x, y));
}

// @ts-ignore: decorator
@inline
function exchange(a: usize, b: usize): void {
  exchangeFour(a, b);
  exchangeFour(a + 16, b + 16);
  exchangeFour(a + 32, b + 32);
  exchangeFour(a + 48, b + 48);
  exchangeFour(a + 64, b + 64);
  exchangeFour(a + 80, b + 80);
  exchangeFour(a + 96, b + 96);
  exchangeFour(a + 112, b + 112);
}

/** Copies 4 columns of 8 rows, sorted in registers: the first 19 exchanges of each such group. */
function sortEight(to: usize, from: usize, stride: usize): void {
  let a = v128.load(from);
  let b = v128.load(from + stride);
  let c = v128.load(from + 2 * stride);
  let d = v128.load(from + 3 * stride);
  let e = v128.load(from + 4 * stride);
  let f = v128.load(from + 5 * stride);
  let g = v128.load(from + 6 * stride);
  let h = v128.load(from + 7 * stride);
  let low: v128;
  low = f32x4.pmin(a, b);
  b = f32x4.pmax(a, b);
  a = low;
  low = f32x4.pmin(c, d);
  d = f32x4.pmax(c, d);
  c = low;
  low = f32x4.pmin(e, f);
  f = f32x4.pmax(e, f);
  e = low;
  low = f32x4.pmin(g, h);
  h = f32x4.pmax(g, h);
  g = low;
  low = f32x4.pmin(a, c);
  c = f32x4.pmax(a, c);
  a = low;
  low = f32x4.pmin(b, d);
  d = f32x4.pmax(b, d);
  b = low;
  low = f32x4.pmin(e, g);
  g = f32x4.pmax(e, g);
  e = low;
  low = f32x4.pmin(f, h);
  h = f32x4.pmax(f, h);
  f = low;
  low = f32x4.pmin(b, c);
  c = f32x4.pmax(b, c);
  b = low;
  low = f32x4.pmin(f, g);
  g = f32x4.pmax(f, g);
  f = low;
  low = f32x4.pmin(a, e);
  e = f32x4.pmax(a, e);
  a = low;
  low = f32x4.pmin(b, f);
  f = f32x4.pmax(b, f);
  b = low;
  low = f32x4.pmin(c, g);
  g = f32x4.pmax(c, g);
  c = low;
  low = f32x4.pmin(d, h);
  h = f32x4.pmax(d, h);
  d = low;
  low = f32x4.pmin(c, e);
  e = f32x4.pmax(c, e);
  c = low;
  low = f32x4.pmin(d, f);
  f = f32x4.pmax(d, f);
  d = low;
  low = f32x4.pmin(b, c);
  c = f32x4.pmax(b, c);
  b = low;
  low = f32x4.pmin(d, e);
  e = f32x4.pmax(d, e);
  d = low;
  low = f32x4.pmin(f, g);
  g = f32x4.pmax(f, g);
  f = low;
  v128.store(to, a);
  v128.store(to, b, 128);
  v128.store(to, c, 256);
  v128.store(to, d, 384);
  v128.store(to, e, 512);
  v128.store(to, f, 640);
  v128.store(to, g, 768);
  v128.store(to, h, 896);
}

/** Copies 32 columns of all rows to the block, full groups of 8 rows sorted, and runs the network over them. */
function sortColumns(
  rows: usize,
  numRows: i32,
  width: i32,
  block: usize,
  network: usize,
  grouped: i32,
  comparators: i32,
): void {
  const stride = <usize>width << 2;
  for (let row: usize = 0; row < <usize>grouped; row += 8) {
    for (let at: usize = 0; at < ROW; at += 16) {
      sortEight(block + row * ROW + at, rows + row * stride + at, stride);
    }
  }
  for (let row = <usize>grouped; row < <usize>numRows; row += 1) {
    const from = rows + row * stride;
    const to = block + row * ROW;
    for (let at: usize = 0; at < ROW; at += 64) {
      v128.store(to + at, v128.load(from + at));
      v128.store(to + at, v128.load(from + at, 16), 16);
      v128.store(to + at, v128.load(from + at, 32), 32);
      v128.store(to + at, v128.load(from + at, 48), 48);
    }
  }
  const end = network + (<usize>comparators << 3);
  for (let at = network; at < end; at += 8) {
    exchange(<usize>load<u32>(at), <usize>load<u32>(at, 4));
  }
}

// @ts-ignore: decorator
@inline
function at(block: usize, rank: i32, column: i32): f64 {
  return <f64>load<f32>(block + (<usize>rank) * ROW + ((<usize>column) << 2));
}

// @ts-ignore: decorator
@inline
function middle(block: usize, numRows: i32, column: i32): f64 {
  // Adding 0 turns -0 into 0, so that the order of zeros does not show.
  return (at(block, (numRows - 1) >> 1, column) + at(block, numRows >> 1, column)) * 0.5 + 0.0;
}

/** out[c] = the median of column c, the mean of the two middle values for an even number of rows. */
export function median(
  out: usize,
  rows: usize,
  numRows: i32,
  width: i32,
  block: usize,
  network: usize,
  grouped: i32,
  comparators: i32,
): void {
  for (let start = 0; start < width; start += COLUMNS) {
    sortColumns(rows + (<usize>start << 2), numRows, width, block, network, grouped, comparators);
    for (let column = 0; column < COLUMNS; column += 1) {
      store<f64>(out + (<usize>(start + column) << 3), middle(block, numRows, column));
    }
  }
}

/** out[c] = the mean of column c without its `cut` smallest and `cut` largest values. */
export function trimmedMean(
  out: usize,
  rows: usize,
  numRows: i32,
  width: i32,
  block: usize,
  network: usize,
  grouped: i32,
  comparators: i32,
  cut: i32,
): void {
  const kept = <f64>(numRows - 2 * cut);
  for (let start = 0; start < width; start += COLUMNS) {
    sortColumns(rows + (<usize>start << 2), numRows, width, block, network, grouped, comparators);
    for (let column: usize = 0; column < <usize>COLUMNS; column += 4) {
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      for (let rank = cut; rank < numRows - cut; rank += 1) {
        const four = v128.load(block + (<usize>rank) * ROW + (column << 2));
        low = f64x2.add(low, f64x2.promote_low_f32x4(four));
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 2, 3)));
      }
      const to = out + ((<usize>start + column) << 3);
      v128.store(to, f64x2.div(low, f64x2.splat(kept)));
      v128.store(to, f64x2.div(high, f64x2.splat(kept)), 16);
    }
  }
}

/** out[c] = the mean of the `keep` values of column c that are nearest to its median; a tie takes the smaller ones. */
export function nearestMedianMean(
  out: usize,
  rows: usize,
  numRows: i32,
  width: i32,
  block: usize,
  network: usize,
  grouped: i32,
  comparators: i32,
  keep: i32,
): void {
  for (let start = 0; start < width; start += COLUMNS) {
    sortColumns(rows + (<usize>start << 2), numRows, width, block, network, grouped, comparators);
    for (let column = 0; column < COLUMNS; column += 1) {
      const center = middle(block, numRows, column);
      // In sorted order the nearest values lie side by side: move the window while its far end comes nearer.
      let first = 0;
      while (
        first + keep < numRows &&
        at(block, first + keep, column) - center < center - at(block, first, column)
      ) {
        first += 1;
      }
      let sum: f64 = 0;
      for (let rank = first; rank < first + keep; rank += 1) sum += at(block, rank, column);
      store<f64>(out + (<usize>(start + column) << 3), sum / <f64>keep);
    }
  }
}
