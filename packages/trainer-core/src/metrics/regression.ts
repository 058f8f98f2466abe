import { meanOfDefined } from "./mean-of-defined.js";
import { type Predictions, targetsOf } from "./predictions.js";

/**
 * Metrics of predicted numbers: `mse`, `mae` and `r2` (1 - residual by total sum of squares; NaN where all targets are
 * equal), means over the outputs; with more than one output those of each too (`r2/output_1`).
 */
export function regressionMetrics(predictions: Predictions): Record<string, number> {
  const { outputs, numOutputs } = predictions;
  const targets = targetsOf(predictions);
  const each = Array.from({ length: numOutputs }, (_, output) =>
    outputMetrics(outputs, targets, { output, numOutputs }),
  );
  const metrics: Record<string, number> = {};
  const details: Record<string, number> = {};
  for (const name of ["mse", "mae", "r2"] as const) {
    metrics[name] = meanOfDefined(each.map((metrics) => metrics[name]));
    if (numOutputs === 1) continue;
    for (const [output, metrics] of each.entries()) details[`${name}/output_${output}`] = metrics[name];
  }
  return { ...metrics, ...details };
}

function outputMetrics(
  outputs: Float32Array,
  targets: Float32Array,
  { output, numOutputs }: { output: number; numOutputs: number },
) {
  const numSamples = outputs.length / numOutputs;
  let [sum, squared, absolute] = [0, 0, 0];
  for (let i = output; i < outputs.length; i += numOutputs) {
    const error = (outputs[i] as number) - (targets[i] as number);
    sum += targets[i] as number;
    squared += error * error;
    absolute += Math.abs(error);
  }
  const mean = sum / numSamples;
  let total = 0;
  for (let i = output; i < targets.length; i += numOutputs) total += ((targets[i] as number) - mean) ** 2;
  return {
    mse: squared / numSamples,
    mae: absolute / numSamples,
    r2: total === 0 ? Number.NaN : 1 - squared / total,
  };
}
