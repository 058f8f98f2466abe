import { TrainerError } from "../errors.js";
import type { ModelInput } from "./model.js";
import type { LayerSpec, ModelSpec } from "./model-spec.js";

/** Checks what any model is made for, and puts its layers together. */
export function specFor(
  model: string,
  { sampleShape, numOutputs, loss = "softmaxCrossEntropy" }: ModelInput,
  layers: readonly LayerSpec[],
): ModelSpec {
  const fewest = loss === "softmaxCrossEntropy" ? 2 : 1;
  if (!Number.isInteger(numOutputs) || numOutputs < fewest) {
    throw refuse(model, "numOutputs", `an integer >= ${fewest} for ${loss}`, String(numOutputs));
  }
  return { inputShape: sampleShape, layers, loss };
}

/** Checks that samples are images of at least `smallest` pixels each way. */
export function requireImage(model: string, sampleShape: readonly number[], smallest: number): void {
  const [height = 0, width = 0] = sampleShape;
  if (sampleShape.length === 3 && height >= smallest && width >= smallest) return;
  const expected = `[height, width, channels], both sides at least ${smallest}`;
  throw refuse(model, "sampleShape", expected, `[${sampleShape.join(", ")}]`);
}

/** Checks that a sample is a row of features. */
export function requireRow(model: string, sampleShape: readonly number[]): void {
  if (sampleShape.length === 1) return;
  throw refuse(model, "sampleShape", "[features]", `[${sampleShape.join(", ")}]`);
}

/** A flatten layer where a sample has more than one axis. */
export function flattened({ sampleShape }: ModelInput): readonly LayerSpec[] {
  return sampleShape.length > 1 ? [{ type: "flatten" }] : [];
}

function refuse(model: string, field: string, expected: string, received: string): TrainerError {
  return new TrainerError("invalid_model", `model ${model}: ${field}: expected ${expected}, got ${received}`);
}
