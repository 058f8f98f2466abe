import { exp4, logarithm } from "./exponential";

// Each loss adds two float64 to those at `totals`: the sum of the samples' losses, and how many of them are right.

/** logits + prior to `out`; the largest of the sums. */
function addPrior(out: usize, logits: usize, prior: usize, classes: i32): f32 {
  let most: f32 = -Infinity;
  for (let i: usize = 0; i < <usize>classes << 2; i += 4) {
    const sum = load<f32>(logits + i) + load<f32>(prior + i);
    store<f32>(out + i, sum);
    most = max(most, sum);
  }
  return most;
}

function largest(values: usize, size: i32): f32 {
  let most: f32 = -Infinity;
  for (const end = values + (<usize>size << 2); values < end; values += 4) most = max(most, load<f32>(values));
  return most;
}

/** exp(values - most) to `out`; their sum. */
function exponentials(out: usize, values: usize, most: f32, size: i32): f32 {
  const shift = f32x4.splat(most);
  const bytes = <usize>size << 2;
  let sums = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const e = exp4(f32x4.sub(v128.load(values + i), shift));
    v128.store(out + i, e);
    sums = f32x4.add(sums, e);
  }
  let sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
  for (; i < bytes; i += 4) {
    const e = f32x4.extract_lane(exp4(f32x4.splat(load<f32>(values + i) - most)), 0);
    store<f32>(out + i, e);
    sum += e;
  }
  return sum;
}

function scaleBy(values: usize, factor: f32, size: i32): void {
  const bytes = <usize>size << 2;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    v128.store(values + i, f32x4.mul(v128.load(values + i), f32x4.splat(factor)));
  }
  for (; i < bytes; i += 4) store<f32>(values + i, load<f32>(values + i) * factor);
}

/** Softmax of each row; in place if out is values. */
export function softmax(out: usize, values: usize, rows: i32, classes: i32): void {
  const stride = <usize>classes << 2;
  for (let row = 0; row < rows; row += 1) {
    const sum = exponentials(out, values, largest(values, classes), classes);
    scaleBy(out, <f32>1 / sum, classes);
    out += stride;
    values += stride;
  }
}

/** Whether the class at `label` is the first of the largest logits. */
function isFirstLargest(logits: usize, label: i32, classes: i32): bool {
  const value = load<f32>(logits + (<usize>label << 2));
  for (let i = 0; i < classes; i += 1) {
    const other = load<f32>(logits + (<usize>i << 2));
    if (i < label ? !(other < value) : !(other <= value)) return false;
  }
  return true;
}

/**
 * Softmax cross entropy of rows x classes logits and their gradient, times `scale`: (softmax - one hot) scale. `labels`
 * are int32 in [0, classes). A `prior` other than 0 is the address of numbers that are added to every row before;
 * whether a row is right is told without them.
 */
export function softmaxCrossEntropy(
  gradient: usize,
  logits: usize,
  labels: usize,
  prior: usize,
  totals: usize,
  rows: i32,
  classes: i32,
  scale: f32,
): void {
  const stride = <usize>classes << 2;
  let loss: f64 = 0;
  let right: f64 = 0;
  for (let row = 0; row < rows; row += 1) {
    const label = load<i32>(labels + (<usize>row << 2));
    const place = <usize>label << 2;
    const most = prior ? addPrior(gradient, logits, prior, classes) : largest(logits, classes);
    const values = prior ? gradient : logits;
    const target = load<f32>(values + place);
    const sum = exponentials(gradient, values, most, classes);
    loss += logarithm(sum) - (<f64>target - most);
    if (isFirstLargest(logits, label, classes)) right += 1;
    scaleBy(gradient, scale / sum, classes);
    store<f32>(gradient + place, load<f32>(gradient + place) - scale);
    gradient += stride;
    logits += stride;
  }
  addTotals(totals, loss, right);
}

/** Sigmoid cross entropy with targets in [0, 1], mean over the outputs of a row, and its gradient times `scale`. */
export function sigmoidCrossEntropy(
  gradient: usize,
  logits: usize,
  targets: usize,
  totals: usize,
  rows: i32,
  outputs: i32,
  scale: f32,
): void {
  const factor = scale / <f32>outputs;
  let loss: f64 = 0;
  let right: f64 = 0;
  for (let i: usize = 0; i < (<usize>rows * outputs) << 2; i += 4) {
    const z = load<f32>(logits + i);
    const target = load<f32>(targets + i);
    const e = f32x4.extract_lane(exp4(f32x4.splat(-abs(z))), 0);
    const share = <f32>1 / (<f32>1 + e);
    store<f32>(gradient + i, ((z >= 0 ? share : e * share) - target) * factor);
    loss += <f64>max(z, 0) - <f64>z * target + logarithm(1 + <f64>e);
    if ((z > 0) == (target > 0.5)) right += 1;
  }
  addTotals(totals, loss / <f64>outputs, right / <f64>outputs);
}

/** Squared error, mean over the outputs of a row, and its gradient times `scale`. Nothing is right or wrong: NaN. */
export function meanSquaredError(
  gradient: usize,
  values: usize,
  targets: usize,
  totals: usize,
  rows: i32,
  outputs: i32,
  scale: f32,
): void {
  const factor = (<f32>2 * scale) / <f32>outputs;
  let loss: f64 = 0;
  for (let i: usize = 0; i < (<usize>rows * outputs) << 2; i += 4) {
    const difference = load<f32>(values + i) - load<f32>(targets + i);
    store<f32>(gradient + i, difference * factor);
    loss += <f64>difference * difference;
  }
  addTotals(totals, loss / <f64>outputs, NaN);
}

function addTotals(totals: usize, loss: f64, right: f64): void {
  store<f64>(totals, load<f64>(totals) + loss);
  store<f64>(totals + 8, load<f64>(totals + 8) + right);
}
