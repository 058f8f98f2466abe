import { multiplyAdd } from "./multiply-add";

/** The sums are added to what the result holds. */
export const ACCUMULATE: i32 = 1;

/** Bits of an activation in the mode: 0 none, 1 relu, 2 relu6. */
export const ACTIVATION: i32 = 1;

/**
 * Some rows of a product, 4 at once, in panels of 8 columns.
 *
 * A step of the sum takes 4 numbers side by side at `a`, one for each row, and 8 side by side at `b`. There are `segments`
 * times `run` steps: `aStep` and `bStep` lead from one to the next, `aSegmentStep` is added after each segment. The next
 * 4 rows begin at `aQuadStep`, the next 8 columns at `panelStep`.
 *
 * The inner loop is not unrolled, and has one address for each side: V8 moves all loads of a longer body to its beginning,
 * has too few registers for them, and is slower by half.
 */
export function multiplyTiles(
  c: usize, cStep: usize, a: usize, aStep: usize, segments: i32, run: i32, aSegmentStep: usize, quads: i32,
  aQuadStep: usize, b: usize, bStep: usize, panelStep: usize, panels: i32, mode: i32, bias: usize,
): void {
  for (; quads > 0; quads -= 1, c += cStep << 2, a += aQuadStep) {
    multiplyQuad(c, cStep, a, aStep, segments, run, aSegmentStep, b, bStep, panelStep, panels, mode, bias);
  }
}

// @ts-ignore: decorator
@inline
function multiplyQuad(
  c: usize, cStep: usize, a: usize, aStep: usize, segments: i32, run: i32, aSegmentStep: usize,
  b: usize, bStep: usize, panelStep: usize, panels: i32, mode: i32, bias: usize,
): void {
  const zero = f32x4.splat(0);
  for (; panels > 0; panels -= 1, c += 32, b += panelStep) {
    let left = a;
    let right = b;
    let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
    for (let segment = segments; segment > 0; segment -= 1) {
      let step = run;
      do {
        const b0 = v128.load(right);
        const b1 = v128.load(right, 16);
        let factor = v128.load32_splat(left);
        c00 = multiplyAdd(factor, b0, c00);
        c01 = multiplyAdd(factor, b1, c01);
        factor = v128.load32_splat(left, 4);
        c10 = multiplyAdd(factor, b0, c10);
        c11 = multiplyAdd(factor, b1, c11);
        factor = v128.load32_splat(left, 8);
        c20 = multiplyAdd(factor, b0, c20);
        c21 = multiplyAdd(factor, b1, c21);
        factor = v128.load32_splat(left, 12);
        c30 = multiplyAdd(factor, b0, c30);
        c31 = multiplyAdd(factor, b1, c31);
        left += aStep;
        right += bStep;
      } while (--step);
      left += aSegmentStep;
    }
    if (mode | bias) {
      if (mode & ACCUMULATE) {
        let at = c;
        c00 = f32x4.add(c00, v128.load(at));
        c01 = f32x4.add(c01, v128.load(at, 16));
        at += cStep;
        c10 = f32x4.add(c10, v128.load(at));
        c11 = f32x4.add(c11, v128.load(at, 16));
        at += cStep;
        c20 = f32x4.add(c20, v128.load(at));
        c21 = f32x4.add(c21, v128.load(at, 16));
        at += cStep;
        c30 = f32x4.add(c30, v128.load(at));
        c31 = f32x4.add(c31, v128.load(at, 16));
      }
      if (bias) {
        const bias0 = v128.load(bias);
        const bias1 = v128.load(bias, 16);
        c00 = f32x4.add(c00, bias0);
        c01 = f32x4.add(c01, bias1);
        c10 = f32x4.add(c10, bias0);
        c11 = f32x4.add(c11, bias1);
        c20 = f32x4.add(c20, bias0);
        c21 = f32x4.add(c21, bias1);
        c30 = f32x4.add(c30, bias0);
        c31 = f32x4.add(c31, bias1);
        bias += 32;
      }
      if (mode >> ACTIVATION) {
        c00 = f32x4.max(c00, zero);
        c01 = f32x4.max(c01, zero);
        c10 = f32x4.max(c10, zero);
        c11 = f32x4.max(c11, zero);
        c20 = f32x4.max(c20, zero);
        c21 = f32x4.max(c21, zero);
        c30 = f32x4.max(c30, zero);
        c31 = f32x4.max(c31, zero);
        if (mode >> ACTIVATION == 2) {
          const six = f32x4.splat(6);
          c00 = f32x4.min(c00, six);
          c01 = f32x4.min(c01, six);
          c10 = f32x4.min(c10, six);
          c11 = f32x4.min(c11, six);
          c20 = f32x4.min(c20, six);
          c21 = f32x4.min(c21, six);
          c30 = f32x4.min(c30, six);
          c31 = f32x4.min(c31, six);
        }
      }
    }
    let at = c;
    v128.store(at, c00);
    v128.store(at, c01, 16);
    at += cStep;
    v128.store(at, c10);
    v128.store(at, c11, 16);
    at += cStep;
    v128.store(at, c20);
    v128.store(at, c21, 16);
    at += cStep;
    v128.store(at, c30);
    v128.store(at, c31, 16);
  }
}

/**
 * Up to 4 rows of a product with any number of columns, of which the last panel is filled up; operands as in multiplyTiles.
 * What is no whole tile is made in `spare`, a tile of 128 bytes, by the same sums in the same order.
 */
export function multiplyRows(
  c: usize, columns: i32, rows: i32, a: usize, aStep: usize, segments: i32, run: i32, aSegmentStep: usize, b: usize,
  bStep: usize, panelStep: usize, lastPanel: usize, mode: i32, bias: usize, spare: usize,
): void {
  const cStep = <usize>columns << 2;
  const whole = columns >> 3;
  let panel = 0;
  if (rows == 4) {
    multiplyTiles(c, cStep, a, aStep, segments, run, aSegmentStep, 1, 0, b, bStep, panelStep, whole, mode, bias);
    panel = whole;
  }
  for (; panel << 3 < columns; panel += 1) {
    const isWhole = panel < whole;
    const offset = <usize>panel << 5;
    multiplyTiles(
      spare, 32, a, aStep, segments, run, aSegmentStep, 1, 0, isWhole ? b + panelStep * panel : lastPanel,
      isWhole ? bStep : 32, 0, 1, 0, 0,
    );
    finishTile(c + offset, cStep, rows, min(8, columns - (panel << 3)), spare, mode, bias ? bias + offset : 0);
  }
}

function finishTile(
  c: usize, cStep: usize, rows: i32, columns: i32, tile: usize, mode: i32, bias: usize,
): void {
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const offset = <usize>column << 2;
      let value = load<f32>(tile + offset);
      if (mode & ACCUMULATE) value += load<f32>(c + offset);
      if (bias) value += load<f32>(bias + offset);
      if (mode >> ACTIVATION) value = max<f32>(value, 0);
      if (mode >> ACTIVATION == 2) value = min<f32>(value, 6);
      store<f32>(c + offset, value);
    }
    c += cStep;
    tile += 32;
  }
}
