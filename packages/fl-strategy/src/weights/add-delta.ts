/** The weights moved by `scale` times the difference: summed in float64, then rounded to float32 once. */
export function addDelta(weights: Float32Array, delta: Float64Array, scale = 1): Float32Array {
  const moved = new Float32Array(weights.length);
  for (let i = 0; i < weights.length; i += 1) {
    moved[i] = (weights[i] as number) + scale * (delta[i] as number);
  }
  return moved;
}
