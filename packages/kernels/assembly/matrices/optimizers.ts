import { multiplyAdd } from "./multiply-add";

// Vectors of float32 at any multiple of 4. Each optimizer reads a gradient once and writes the weights in place.

/**
 * g += mu (w - origin) + correction, what strategies add to gradients; an address of 0 leaves its part out.
 */
export function addGradientTerms(
  gradient: usize,
  weights: usize,
  origin: usize,
  correction: usize,
  size: i32,
  mu: f32,
): void {
  const bytes = <usize>size << 2;
  const factor = f32x4.splat(mu);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    let g = v128.load(gradient + i);
    if (origin) g = multiplyAdd(factor, f32x4.sub(v128.load(weights + i), v128.load(origin + i)), g);
    if (correction) g = f32x4.add(g, v128.load(correction + i));
    v128.store(gradient + i, g);
  }
  for (; i < bytes; i += 4) {
    let g = load<f32>(gradient + i);
    if (origin) g += mu * (load<f32>(weights + i) - load<f32>(origin + i));
    if (correction) g += load<f32>(correction + i);
    store<f32>(gradient + i, g);
  }
}

/** w -= rate (g + decay w). */
export function sgd(weights: usize, gradient: usize, size: i32, rate: f32, decay: f32): void {
  const bytes = <usize>size << 2;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const w = v128.load(weights + i);
    const g = multiplyAdd(w, f32x4.splat(decay), v128.load(gradient + i));
    v128.store(weights + i, multiplyAdd(g, f32x4.splat(-rate), w));
  }
  for (; i < bytes; i += 4) {
    const w = load<f32>(weights + i);
    store<f32>(weights + i, w - rate * (load<f32>(gradient + i) + decay * w));
  }
}

/** v = momentum v + (g + decay w); w -= rate v, or rate (g + decay w + momentum v) with Nesterov's. */
export function momentumSgd(
  weights: usize,
  gradient: usize,
  velocity: usize,
  size: i32,
  rate: f32,
  momentum: f32,
  nesterov: bool,
  decay: f32,
): void {
  const bytes = <usize>size << 2;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const w = v128.load(weights + i);
    const g = multiplyAdd(w, f32x4.splat(decay), v128.load(gradient + i));
    const v = multiplyAdd(v128.load(velocity + i), f32x4.splat(momentum), g);
    v128.store(velocity + i, v);
    const step = nesterov ? multiplyAdd(v, f32x4.splat(momentum), g) : v;
    v128.store(weights + i, multiplyAdd(step, f32x4.splat(-rate), w));
  }
  for (; i < bytes; i += 4) {
    const w = load<f32>(weights + i);
    const g = load<f32>(gradient + i) + decay * w;
    const v = momentum * load<f32>(velocity + i) + g;
    store<f32>(velocity + i, v);
    store<f32>(weights + i, w - rate * (nesterov ? g + momentum * v : v));
  }
}

/**
 * m = beta1 m + new1 g; v = beta2 v + new2 g^2; w -= decay w + rate m / (root sqrt(v) + epsilon). The corrections for
 * young moments are in rate, the learning rate / (1 - beta1^t), and root, 1 / sqrt(1 - beta2^t). new1 is 1 - beta1 and
 * new2 1 - beta2, which float32 would get wrong by 1e-4; decay is times the learning rate.
 */
export function adam(
  weights: usize,
  gradient: usize,
  first: usize,
  second: usize,
  size: i32,
  rate: f32,
  root: f32,
  beta1: f32,
  new1: f32,
  beta2: f32,
  new2: f32,
  epsilon: f32,
  decay: f32,
): void {
  const bytes = <usize>size << 2;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const g = v128.load(gradient + i);
    const m = multiplyAdd(v128.load(first + i), f32x4.splat(beta1), f32x4.mul(g, f32x4.splat(new1)));
    const square = f32x4.mul(f32x4.mul(g, g), f32x4.splat(new2));
    const v = multiplyAdd(v128.load(second + i), f32x4.splat(beta2), square);
    v128.store(first + i, m);
    v128.store(second + i, v);
    const spread = multiplyAdd(f32x4.sqrt(v), f32x4.splat(root), f32x4.splat(epsilon));
    const w = v128.load(weights + i);
    const step = multiplyAdd(w, f32x4.splat(decay), f32x4.div(f32x4.mul(m, f32x4.splat(rate)), spread));
    v128.store(weights + i, f32x4.sub(w, step));
  }
  for (; i < bytes; i += 4) {
    const g = load<f32>(gradient + i);
    const m = beta1 * load<f32>(first + i) + new1 * g;
    const v = beta2 * load<f32>(second + i) + new2 * (g * g);
    store<f32>(first + i, m);
    store<f32>(second + i, v);
    const w = load<f32>(weights + i);
    store<f32>(weights + i, w - (decay * w + (rate * m) / (sqrt<f32>(v) * root + epsilon)));
  }
}
