import { multiplyAdd } from "./multiply-add";

// Rows x columns. Batch normalisation takes the moments of each column, layer normalisation those of each row.

/** Rows after which partial sums are put away, so that long sums keep their last bits. */
const BLOCK: i32 = 256;

// @ts-ignore: decorator
@inline
function loadSome(address: usize, whole: bool): v128 {
  return whole ? v128.load(address) : v128.load_zero<f32>(address);
}

// @ts-ignore: decorator
@inline
function storeSome(address: usize, values: v128, whole: bool): void {
  if (whole) v128.store(address, values);
  else v128.store_lane<f32>(address, values, 0);
}

/** Mean and variance (over all rows, not one less) of each column. */
export function columnMoments(mean: usize, variance: usize, x: usize, rows: i32, columns: i32): void {
  const stride = <usize>columns << 2;
  const share = f32x4.splat(1 / <f32>rows);
  let i: usize = 0;
  while (i < stride) {
    const whole = i + 16 <= stride;
    let total = f32x4.splat(0);
    let at = x + i;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      for (let left = min(BLOCK, rows - row); left > 0; left -= 1, at += stride) {
        sum = f32x4.add(sum, loadSome(at, whole));
      }
      total = f32x4.add(total, sum);
    }
    const center = f32x4.mul(total, share);
    total = f32x4.splat(0);
    at = x + i;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      for (let left = min(BLOCK, rows - row); left > 0; left -= 1, at += stride) {
        const difference = f32x4.sub(loadSome(at, whole), center);
        sum = multiplyAdd(difference, difference, sum);
      }
      total = f32x4.add(total, sum);
    }
    storeSome(mean + i, center, whole);
    storeSome(variance + i, f32x4.mul(total, share), whole);
    i += whole ? 16 : 4;
  }
}

/** moving = moving + (batch - moving) share. */
export function moveAverage(moving: usize, batch: usize, size: i32, share: f32): void {
  const end = moving + (<usize>size << 2);
  for (; moving < end; moving += 4, batch += 4) {
    const old = load<f32>(moving);
    store<f32>(moving, old + (load<f32>(batch) - old) * share);
  }
}

// @ts-ignore: decorator
@inline
function inverseRoot(variance: usize, epsilon: f32, whole: bool): v128 {
  const spread = f32x4.sqrt(f32x4.add(loadSome(variance, whole), f32x4.splat(epsilon)));
  return f32x4.div(f32x4.splat(1), spread);
}

/** y = (x - mean) / sqrt(variance + epsilon) gamma + beta, by column; a gamma or beta at 0 is left out. */
export function normalizeColumns(
  y: usize,
  x: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  beta: usize,
  rows: i32,
  columns: i32,
  epsilon: f32,
): void {
  const stride = <usize>columns << 2;
  let i: usize = 0;
  while (i < stride) {
    const whole = i + 16 <= stride;
    let scale = inverseRoot(variance + i, epsilon, whole);
    if (gamma) scale = f32x4.mul(scale, loadSome(gamma + i, whole));
    const center = loadSome(mean + i, whole);
    const offset = beta ? loadSome(beta + i, whole) : f32x4.splat(0);
    let at = i;
    for (let row = 0; row < rows; row += 1, at += stride) {
      const difference = f32x4.sub(loadSome(x + at, whole), center);
      storeSome(y + at, multiplyAdd(difference, scale, offset), whole);
    }
    i += whole ? 16 : 4;
  }
}

/**
 * Gradient of {@link normalizeColumns} where mean and variance are those of x itself; dx, dGamma and dBeta at 0 are
 * left out. In place if dx is dy.
 */
export function normalizeColumnsGradient(
  dx: usize,
  dGamma: usize,
  dBeta: usize,
  dy: usize,
  x: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  rows: i32,
  columns: i32,
  epsilon: f32,
): void {
  const stride = <usize>columns << 2;
  const share = f32x4.splat(1 / <f32>rows);
  let i: usize = 0;
  while (i < stride) {
    const whole = i + 16 <= stride;
    const inverse = inverseRoot(variance + i, epsilon, whole);
    const center = loadSome(mean + i, whole);
    let sums = f32x4.splat(0);
    let products = f32x4.splat(0);
    let at = i;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      let product = f32x4.splat(0);
      for (let left = min(BLOCK, rows - row); left > 0; left -= 1, at += stride) {
        const gradient = loadSome(dy + at, whole);
        sum = f32x4.add(sum, gradient);
        product = multiplyAdd(gradient, f32x4.sub(loadSome(x + at, whole), center), product);
      }
      sums = f32x4.add(sums, sum);
      products = f32x4.add(products, product);
    }
    products = f32x4.mul(products, inverse);
    if (dGamma) storeSome(dGamma + i, products, whole);
    if (dBeta) storeSome(dBeta + i, sums, whole);
    if (dx) {
      // dx = gamma inverse (dy - mean dy - x^ mean(dy x^)), x^ = (x - mean) inverse
      const scale = gamma ? f32x4.mul(inverse, loadSome(gamma + i, whole)) : inverse;
      const least = f32x4.mul(sums, share);
      const slope = f32x4.mul(f32x4.mul(products, share), inverse);
      at = i;
      for (let row = 0; row < rows; row += 1, at += stride) {
        const difference = f32x4.sub(loadSome(x + at, whole), center);
        const rest = f32x4.sub(f32x4.sub(loadSome(dy + at, whole), least), f32x4.mul(difference, slope));
        storeSome(dx + at, f32x4.mul(rest, scale), whole);
      }
    }
    i += whole ? 16 : 4;
  }
}

/** dx = dy gamma / sqrt(variance + epsilon): the gradient where mean and variance are given numbers. */
export function scaleColumnsGradient(
  dx: usize,
  dy: usize,
  variance: usize,
  gamma: usize,
  rows: i32,
  columns: i32,
  epsilon: f32,
): void {
  const stride = <usize>columns << 2;
  let i: usize = 0;
  while (i < stride) {
    const whole = i + 16 <= stride;
    let scale = inverseRoot(variance + i, epsilon, whole);
    if (gamma) scale = f32x4.mul(scale, loadSome(gamma + i, whole));
    let at = i;
    for (let row = 0; row < rows; row += 1, at += stride) {
      storeSome(dx + at, f32x4.mul(loadSome(dy + at, whole), scale), whole);
    }
    i += whole ? 16 : 4;
  }
}

// @ts-ignore: decorator
@inline
function laneSum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

function sumOf(values: usize, bytes: usize): f32 {
  let sums = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) sums = f32x4.add(sums, v128.load(values + i));
  let sum = laneSum(sums);
  for (; i < bytes; i += 4) sum += load<f32>(values + i);
  return sum;
}

function squaresFrom(values: usize, center: f32, bytes: usize): f32 {
  let sums = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const difference = f32x4.sub(v128.load(values + i), f32x4.splat(center));
    sums = multiplyAdd(difference, difference, sums);
  }
  let sum = laneSum(sums);
  for (; i < bytes; i += 4) {
    const difference = load<f32>(values + i) - center;
    sum += difference * difference;
  }
  return sum;
}

/**
 * y = (x - mean) / sqrt(variance + epsilon) gamma + beta with each row's mean and variance; gamma and beta by column, at
 * 0 left out. Each row's mean and 1 / sqrt(variance + epsilon) go to `moments`, for the gradient.
 */
export function normalizeRows(
  y: usize,
  moments: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  rows: i32,
  columns: i32,
  epsilon: f32,
): void {
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row += 1, x += bytes, y += bytes, moments += 8) {
    const center = sumOf(x, bytes) / <f32>columns;
    const inverse: f32 = 1 / sqrt<f32>(squaresFrom(x, center, bytes) / <f32>columns + epsilon);
    store<f32>(moments, center);
    store<f32>(moments, inverse, 4);
    let i: usize = 0;
    while (i < bytes) {
      const whole = i + 16 <= bytes;
      let value = f32x4.mul(f32x4.sub(loadSome(x + i, whole), f32x4.splat(center)), f32x4.splat(inverse));
      if (gamma) value = f32x4.mul(value, loadSome(gamma + i, whole));
      if (beta) value = f32x4.add(value, loadSome(beta + i, whole));
      storeSome(y + i, value, whole);
      i += whole ? 16 : 4;
    }
  }
}

/** Gradient of {@link normalizeRows}; dx, dGamma and dBeta at 0 are left out. In place if dx is dy. */
export function normalizeRowsGradient(
  dx: usize,
  dGamma: usize,
  dBeta: usize,
  dy: usize,
  x: usize,
  moments: usize,
  gamma: usize,
  rows: i32,
  columns: i32,
): void {
  const bytes = <usize>columns << 2;
  if (dGamma) memory.fill(dGamma, 0, bytes);
  if (dBeta) memory.fill(dBeta, 0, bytes);
  for (let row = 0; row < rows; row += 1, x += bytes, dy += bytes, moments += 8) {
    const center = f32x4.splat(load<f32>(moments));
    const inverse = f32x4.splat(load<f32>(moments, 4));
    let sums = f32x4.splat(0);
    let products = f32x4.splat(0);
    let i: usize = 0;
    while (i < bytes) {
      const whole = i + 16 <= bytes;
      const gradient = loadSome(dy + i, whole);
      const standard = f32x4.mul(f32x4.sub(loadSome(x + i, whole), center), inverse);
      const product = f32x4.mul(gradient, standard);
      if (dGamma) storeSome(dGamma + i, f32x4.add(loadSome(dGamma + i, whole), product), whole);
      if (dBeta) storeSome(dBeta + i, f32x4.add(loadSome(dBeta + i, whole), gradient), whole);
      const factor = gamma ? loadSome(gamma + i, whole) : f32x4.splat(1);
      // Lanes past a single value hold 0 in the gradient, so that they add nothing.
      sums = f32x4.add(sums, f32x4.mul(gradient, factor));
      products = f32x4.add(products, f32x4.mul(product, factor));
      i += whole ? 16 : 4;
    }
    if (dx) {
      const least = f32x4.splat(laneSum(sums) / <f32>columns);
      const slope = f32x4.splat(laneSum(products) / <f32>columns);
      i = 0;
      while (i < bytes) {
        const whole = i + 16 <= bytes;
        const gradient = loadSome(dy + i, whole);
        const scaled = gamma ? f32x4.mul(gradient, loadSome(gamma + i, whole)) : gradient;
        const standard = f32x4.mul(f32x4.sub(loadSome(x + i, whole), center), inverse);
        const rest = f32x4.sub(f32x4.sub(scaled, least), f32x4.mul(standard, slope));
        storeSome(dx + i, f32x4.mul(rest, inverse), whole);
        i += whole ? 16 : 4;
      }
      dx += bytes;
    }
  }
}
