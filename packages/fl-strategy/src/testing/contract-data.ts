import { randomStream } from "../random.js";
import type { Update } from "../update.js";
import type { WeightsLayout } from "../weights/layout.js";

/** The global weights that the contract suite starts from. */
export function contractWeights(layout: WeightsLayout): Float32Array {
  const random = randomStream(1, "contract", "weights");
  return Float32Array.from({ length: layout.size }, () => random.normal());
}

/** One client's update in one round: always the same values for the same client and round. */
export function contractUpdate(clientId: string, round: number, layout: WeightsLayout): Update {
  const random = randomStream(1, "contract", clientId, round);
  const weights = contractWeights(layout).map((value) => value + 0.1 * random.normal());
  const numSamples = 1 + random.integer(100);
  return {
    clientId,
    round,
    layout,
    form: "weights",
    values: weights,
    numSamples,
    numSteps: Math.ceil(numSamples / 8),
    metrics: { train_loss: random.uniform(), initial_loss: 0.1 + random.uniform() },
    vectors: { control: weights.map((value) => 0.01 * value) },
  };
}
