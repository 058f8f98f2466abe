/** Sizes of windows that move over images, in the order in which the kernels take them. */
export type PoolSizes = [
  batch: number,
  inHeight: number,
  inWidth: number,
  channels: number,
  height: number,
  width: number,
  strideHeight: number,
  strideWidth: number,
  padTop: number,
  padLeft: number,
  outHeight: number,
  outWidth: number,
];

/**
 * What the layers of a network need besides products.
 *
 * Places are byte addresses, multiples of 4; sizes count float32. `kind` of an activation: 0 linear, 1 relu, 2 relu6,
 * 3 leakyRelu (slope 0.2), 4 elu, 5 selu, 6 gelu (by the error function), 7 swish, 8 sigmoid, 9 tanh.
 */
export interface LayerKernels {
  /** Applies an activation to each value; in place if out is values. */
  activate(out: number, values: number, size: number, kind: number): void;
  /**
   * dx = dy times the activation's slope; in place if dx is dy. `values` is what the activation was given for gelu and
   * swish, and what it gave for all others.
   */
  activationGradient(dx: number, dy: number, values: number, size: number, kind: number): void;
  /**
   * Gradient of a bias that relu (kind 1), relu6 (2) or nothing (0) follows, rows x columns: makes dy, in place, the
   * gradient before the activation, from its result y, and writes the columns' sums to dBias.
   */
  biasGradient(dBias: number, dy: number, y: number, rows: number, columns: number, kind: number): void;
  /** Bytes as 255ths: 255 is 1. */
  bytesToFloats(out: number, bytes: number, size: number): void;
  /** out = a + b; in place if out is one of them. */
  add(out: number, a: number, b: number, size: number): void;
  copy(out: number, values: number, size: number): void;
  /**
   * Drops values at random and scales those that are kept. Whether the value at place i is dropped follows from i and
   * `key` alone, so the gradient is the same call on dy. `limit` is the share that is dropped times 2^32.
   */
  dropout(out: number, values: number, size: number, key: number, limit: number, scale: number): void;

  /** Largest of each window (NHWC); cells outside of the image count for nothing. */
  maxPool(y: number, x: number, ...sizes: PoolSizes): void;
  /** Gradient of `maxPool`: all of a window's goes to its first cell (row-major) that holds the largest value. */
  maxPoolGradient(dx: number, dy: number, x: number, y: number, ...sizes: PoolSizes): void;
  /** Mean of each window's cells that lie in the image. */
  averagePool(y: number, x: number, ...sizes: PoolSizes): void;
  averagePoolGradient(dx: number, dy: number, ...sizes: PoolSizes): void;

  /** Mean and variance (over all rows, not one less) of each column. */
  columnMoments(mean: number, variance: number, x: number, rows: number, columns: number): void;
  /** moving = moving + (batch - moving) share. */
  moveAverage(moving: number, batch: number, size: number, share: number): void;
  /** y = (x - mean) / sqrt(variance + epsilon) gamma + beta, by column; a gamma or beta at 0 is left out. */
  normalizeColumns(
    y: number,
    x: number,
    mean: number,
    variance: number,
    gamma: number,
    beta: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  /**
   * Gradient of `normalizeColumns` where mean and variance are those of x itself; dx, dGamma and dBeta at 0 are left
   * out. In place if dx is dy.
   */
  normalizeColumnsGradient(
    dx: number,
    dGamma: number,
    dBeta: number,
    dy: number,
    x: number,
    mean: number,
    variance: number,
    gamma: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  /** dx = dy gamma / sqrt(variance + epsilon): the gradient where mean and variance are given numbers. */
  scaleColumnsGradient(
    dx: number,
    dy: number,
    variance: number,
    gamma: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  /**
   * Normalises each row by its own mean and variance; gamma and beta by column, at 0 left out. Two numbers a row go to
   * `moments`, for the gradient.
   */
  normalizeRows(
    y: number,
    moments: number,
    x: number,
    gamma: number,
    beta: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  /** Gradient of `normalizeRows`; dx, dGamma and dBeta at 0 are left out. In place if dx is dy. */
  normalizeRowsGradient(
    dx: number,
    dGamma: number,
    dBeta: number,
    dy: number,
    x: number,
    moments: number,
    gamma: number,
    rows: number,
    columns: number,
  ): void;

  /** Softmax of each row; in place if out is values. */
  softmax(out: number, values: number, rows: number, classes: number): void;
  /**
   * Softmax cross entropy and its gradient, times `scale`; adds two float64 to those at `totals`, the sum of the rows'
   * losses and how many rows are right. `labels` are int32. A `prior` other than 0 is added to every row before; whether
   * a row is right is told without it.
   */
  softmaxCrossEntropy(
    gradient: number,
    logits: number,
    labels: number,
    prior: number,
    totals: number,
    rows: number,
    classes: number,
    scale: number,
  ): void;
  /** The same for targets in [0, 1], float32, mean over the outputs of a row. */
  sigmoidCrossEntropy(
    gradient: number,
    logits: number,
    targets: number,
    totals: number,
    rows: number,
    outputs: number,
    scale: number,
  ): void;
  /** The same for squared error, mean over the outputs of a row; nothing is right or wrong: NaN. */
  meanSquaredError(
    gradient: number,
    values: number,
    targets: number,
    totals: number,
    rows: number,
    outputs: number,
    scale: number,
  ): void;

  /** gradient += mu (weights - origin) + correction; an address of 0 leaves its part out. */
  addGradientTerms(
    gradient: number,
    weights: number,
    origin: number,
    correction: number,
    size: number,
    mu: number,
  ): void;
  /** w -= rate (g + decay w). */
  sgd(weights: number, gradient: number, size: number, rate: number, decay: number): void;
  /** v = momentum v + (g + decay w); w -= rate v, or rate (g + decay w + momentum v) with Nesterov's. */
  momentumSgd(
    weights: number,
    gradient: number,
    velocity: number,
    size: number,
    rate: number,
    momentum: number,
    nesterov: boolean,
    decay: number,
  ): void;
  /**
   * m = beta1 m + new1 g; v = beta2 v + new2 g^2; w -= decay w + rate m / (root sqrt(v) + epsilon). rate is the learning
   * rate / (1 - beta1^t), root 1 / sqrt(1 - beta2^t), decay times the learning rate, new1 1 - beta1, new2 1 - beta2.
   */
  adam(
    weights: number,
    gradient: number,
    first: number,
    second: number,
    size: number,
    rate: number,
    root: number,
    beta1: number,
    new1: number,
    beta2: number,
    new2: number,
    epsilon: number,
    decay: number,
  ): void;
}
