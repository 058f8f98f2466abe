/** Rows after which partial sums are put away, so that long sums keep their last bits. */
const BLOCK: i32 = 256;

/** dy where relu (1) or relu6 (2) was not flat, as its result y tells, else 0; dy itself for kind 0. */
// @ts-ignore: decorator
@inline
function passed(kind: i32, dy: v128, y: v128): v128 {
  if (kind == 0) return dy;
  const above = f32x4.gt(y, f32x4.splat(0));
  if (kind == 1) return v128.and(dy, above);
  return v128.and(dy, v128.and(above, f32x4.lt(y, f32x4.splat(6))));
}

// @ts-ignore: decorator
@inline
function take(kind: i32, dy: usize, y: usize): v128 {
  if (kind == 0) return v128.load(dy);
  const gradient = passed(kind, v128.load(dy), v128.load(y));
  v128.store(dy, gradient);
  return gradient;
}

// @ts-ignore: decorator
@inline
function takeOne(kind: i32, dy: usize, y: usize): f32 {
  if (kind == 0) return load<f32>(dy);
  const gradient = f32x4.extract_lane(passed(kind, v128.load_zero<f32>(dy), v128.load_zero<f32>(y)), 0);
  store<f32>(dy, gradient);
  return gradient;
}

// @ts-ignore: decorator
@inline
function addAt(sums: usize, values: v128): void {
  v128.store(sums, f32x4.add(v128.load(sums), values));
}

/** Sums of some rows, added to `sums`. */
// @ts-ignore: decorator
@inline
function addRows(kind: i32, sums: usize, dy: usize, y: usize, rows: i32, columns: i32): void {
  const stride = <usize>columns << 2;
  let column: usize = 0;
  for (; column + 64 <= stride; column += 64) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let at = dy + column;
    let result = y + column;
    for (let row = 0; row < rows; row += 1, at += stride, result += stride) {
      a = f32x4.add(a, take(kind, at, result));
      b = f32x4.add(b, take(kind, at + 16, result + 16));
      c = f32x4.add(c, take(kind, at + 32, result + 32));
      d = f32x4.add(d, take(kind, at + 48, result + 48));
    }
    addAt(sums + column, a);
    addAt(sums + column + 16, b);
    addAt(sums + column + 32, c);
    addAt(sums + column + 48, d);
  }
  for (; column + 16 <= stride; column += 16) {
    let a = f32x4.splat(0);
    let at = dy + column;
    let result = y + column;
    for (let row = 0; row < rows; row += 1, at += stride, result += stride) {
      a = f32x4.add(a, take(kind, at, result));
    }
    addAt(sums + column, a);
  }
  for (; column < stride; column += 4) {
    let a: f32 = 0;
    let at = dy + column;
    let result = y + column;
    for (let row = 0; row < rows; row += 1, at += stride, result += stride) a += takeOne(kind, at, result);
    store<f32>(sums + column, load<f32>(sums + column) + a);
  }
}

/** The same for 8 columns, two rows at a time. */
// @ts-ignore: decorator
@inline
function addNarrowRows(kind: i32, sums: usize, dy: usize, y: usize, rows: i32): void {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let row = 0;
  for (; row + 2 <= rows; row += 2, dy += 64, y += 64) {
    a = f32x4.add(a, take(kind, dy, y));
    b = f32x4.add(b, take(kind, dy + 16, y + 16));
    c = f32x4.add(c, take(kind, dy + 32, y + 32));
    d = f32x4.add(d, take(kind, dy + 48, y + 48));
  }
  if (row < rows) {
    a = f32x4.add(a, take(kind, dy, y));
    b = f32x4.add(b, take(kind, dy + 16, y + 16));
  }
  addAt(sums, f32x4.add(a, c));
  addAt(sums + 16, f32x4.add(b, d));
}

// @ts-ignore: decorator
@inline
function addAll(kind: i32, sums: usize, dy: usize, y: usize, rows: i32, columns: i32): void {
  const step = <usize>BLOCK * (<usize>columns << 2);
  for (let row = 0; row < rows; row += BLOCK, dy += step, y += step) {
    const count = min(BLOCK, rows - row);
    if (columns == 8) addNarrowRows(kind, sums, dy, y, count);
    else addRows(kind, sums, dy, y, count, columns);
  }
}

/**
 * Gradient of a bias that relu (kind 1), relu6 (2) or nothing (0) follows, rows x columns: makes dy, in place, the
 * gradient before the activation, from its result y, and writes the columns' sums to dBias.
 */
export function biasGradient(dBias: usize, dy: usize, y: usize, rows: i32, columns: i32, kind: i32): void {
  memory.fill(dBias, 0, <usize>columns << 2);
  if (kind == 0) addAll(0, dBias, dy, y, rows, columns);
  else if (kind == 1) addAll(1, dBias, dy, y, rows, columns);
  else addAll(2, dBias, dy, y, rows, columns);
}
