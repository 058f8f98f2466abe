import { type RandomStream, randomStream } from "@fedloom/fl-strategy";
import type { ModelSpec } from "./model-spec.js";
import { asResolved, type ResolvedModel, type WeightSpec } from "./resolve-model.js";

/** Standard deviation of a standard normal that is cut off at two of them. */
const TRUNCATED = 0.8796256610342398;

/**
 * Draws a model's first weights: equal seeds give equal ones, in Node and in every browser, and one tensor's do not
 * depend on another's.
 *
 * `glorotUniform`: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
 * 2010, eq. 16. `heNormal` (cut off at two standard deviations, as in Keras) and `heUniform`: He et al., "Delving Deep
 * into Rectifiers", 2015, eq. 10.
 */
export function initialWeights(model: ModelSpec | ResolvedModel, seed: number): Float32Array {
  const { weights, layout } = asResolved(model);
  const values = new Float32Array(layout.size);
  for (const [i, weight] of weights.entries()) {
    const { offset, size } = layout.tensors[i] as { offset: number; size: number };
    fill(values.subarray(offset, offset + size), weight, randomStream(seed, "weights", weight.name));
  }
  return values;
}

function fill(values: Float32Array, weight: WeightSpec, random: RandomStream): void {
  const { initializer, fanIn, fanOut } = weight;
  if (initializer === "zeros") return;
  if (initializer === "ones") {
    values.fill(1);
    return;
  }
  if (initializer === "heNormal") {
    const deviation = Math.sqrt(2 / fanIn) / TRUNCATED;
    for (let i = 0; i < values.length; i += 1) values[i] = deviation * truncatedNormal(random);
    return;
  }
  const limit = initializer === "heUniform" ? Math.sqrt(6 / fanIn) : Math.sqrt(6 / (fanIn + fanOut));
  for (let i = 0; i < values.length; i += 1) values[i] = limit * (2 * random.uniform() - 1);
}

function truncatedNormal(random: RandomStream): number {
  for (;;) {
    const draw = random.normal();
    if (Math.abs(draw) <= 2) return draw;
  }
}
