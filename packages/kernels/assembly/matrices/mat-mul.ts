import { packColumns, packFour, packPanels, packTransposedPanels } from "./pack";
import { ACCUMULATE, ACTIVATION, multiplyRows } from "./tile";

/** Steps of a sum that are made before the result is written: their panels of B stay in the caches. */
const DEPTH: i32 = 256;

/** Rows of a transposed A that are read in place, however far they are apart. */
const STRIDED_DEPTH: i32 = 64;

/** Bytes of a tile, and of 4 packed rows of A. */
const TILE: usize = 128;
const QUAD: usize = <usize>DEPTH * 16;

export function matMulScratch(m: i32, n: i32, k: i32, transposeA: bool, transposeB: bool): i32 {
  const panels = inPlace(m, n, transposeB) ? 1 : (n + 7) >> 3;
  return <i32>(TILE + QUAD) + min(k, DEPTH) * 32 * panels;
}

export function matMul(
  c: usize, a: usize, b: usize, m: i32, n: i32, k: i32, transposeA: bool, transposeB: bool, accumulate: bool, scratch: usize,
): void {
  multiply(c, a, b, 0, accumulate ? ACCUMULATE : 0, m, n, k, transposeA, transposeB, scratch);
}

export function matMulBias(
  c: usize, a: usize, b: usize, bias: usize, activation: i32, m: i32, n: i32, k: i32, scratch: usize,
): void {
  multiply(c, a, b, bias, activation << ACTIVATION, m, n, k, false, false, scratch);
}

/** Few rows do not pay for copying B. */
function inPlace(m: i32, n: i32, transposeB: bool): bool {
  return !transposeB && m <= 8;
}

function multiply(
  c: usize, a: usize, b: usize, bias: usize, mode: i32, m: i32, n: i32, k: i32, transposeA: bool, transposeB: bool,
  scratch: usize,
): void {
  const tile = scratch;
  const quad = tile + TILE;
  const packed = quad + QUAD;
  const cStep = <usize>n << 2;
  const whole = n >> 3;
  const direct = inPlace(m, n, transposeB);
  for (let from = 0; from < k; from += DEPTH) {
    const depth = min(k - from, DEPTH);
    const isLast = from + depth == k;
    const blockMode = (isLast ? mode : mode & ACCUMULATE) | (from > 0 ? ACCUMULATE : 0);
    const blockBias = isLast ? bias : 0;
    const panelSize = <usize>depth << 5;
    const rightAt = b + (<usize>(transposeB ? from : from * n) << 2);
    if (transposeB) packTransposedPanels(packed, panelSize, rightAt, n, k, depth);
    else packPanels(packed, rightAt, n, depth, direct);
    const right = direct ? rightAt : packed;
    const rightStep = direct ? cStep : 32;
    const panelStep = direct ? 32 : panelSize;
    const lastPanel = direct ? packed : packed + <usize>whole * panelSize;
    for (let row = 0; row < m; row += 4) {
      const rows = min(m - row, 4);
      let left4 = quad;
      let leftStep: usize = 16;
      if (!transposeA) {
        const step = <usize>k << 2;
        const at = a + (<usize>(row * k + from) << 2);
        packFour(quad, 16, at, at + step * min(1, rows - 1), at + step * min(2, rows - 1), at + step * min(3, rows - 1), depth);
      } else {
        left4 = a + (<usize>(from * m + row) << 2);
        leftStep = <usize>m << 2;
        if (rows < 4 || depth > STRIDED_DEPTH) {
          packColumns(quad, 4, left4, leftStep, depth, rows);
          left4 = quad;
          leftStep = 16;
        }
      }
      multiplyRows(
        c + cStep * row, n, rows, left4, leftStep, 1, depth, 0, right, rightStep, panelStep, lastPanel, blockMode, blockBias,
        tile,
      );
    }
  }
}
