// 2 pi in two parts: the first has so few bits that its multiples are exact.
const TURN_HIGH = 6.28125;
const TURN_LOW = 0.0019353071795864768;

/**
 * Sine and cosine by Taylor series, made of + - * / only: bit-equal on every machine, unlike `Math.sin`. Errors stay
 * below 1e-12 for angles within +-1000 radians.
 */
export function portableSinCos(angle: number): { sin: number; cos: number } {
  const turns = Math.round(angle / (TURN_HIGH + TURN_LOW));
  const x = angle - turns * TURN_HIGH - turns * TURN_LOW;
  const square = x * x;
  let [sin, cos] = [1, 1];
  for (let k = 15; k >= 1; k -= 1) {
    sin = 1 - (square / (2 * k * (2 * k + 1))) * sin;
    cos = 1 - (square / (2 * k * (2 * k - 1))) * cos;
  }
  return { sin: x * sin, cos };
}
