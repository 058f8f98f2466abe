import type { ResolvedLayer } from "../models/resolve-model.js";
import type { CompiledLayer } from "./compile-layers.js";
import type { PlanBuilder, Values } from "./plan-builder.js";

type BatchNormalization = Extract<ResolvedLayer, { type: "batchNormalization" }>;
type LayerNormalization = Extract<ResolvedLayer, { type: "layerNormalization" }>;

/**
 * Batch normalisation (Ioffe and Szegedy, "Batch Normalization", 2015). While training, with the batch's own moments, by
 * which the moving ones are moved (both variances over n, as TensorFlow.js has it); otherwise, and where the layer is
 * frozen, with the moving ones.
 */
export function compileBatchNormalization(
  plan: PlanBuilder,
  layer: BatchNormalization,
  input: Values,
): CompiledLayer {
  const { kernels } = plan;
  const { name, epsilon } = layer;
  const columns = layer.inputShape.at(-1) as number;
  const rows = input.size / columns;
  const output = plan.values(input.size);
  const x = input.address;
  const y = output.address;
  const gamma = plan.weight(name, "gamma");
  const beta = plan.weight(name, "beta");
  const movingMean = plan.weight(name, "moving_mean");
  const movingVariance = plan.weight(name, "moving_variance");
  const ofBatch = plan.isTraining && layer.isTrainable;
  const mean = ofBatch ? plan.keep(4 * columns) : movingMean;
  const variance = ofBatch ? plan.keep(4 * columns) : movingVariance;
  if (ofBatch) {
    const share = 1 - layer.momentum;
    plan.add((batch) => kernels.columnMoments(mean, variance, x, batch * rows, columns));
    plan.add(() => kernels.moveAverage(movingMean, mean, columns, share));
    plan.add(() => kernels.moveAverage(movingVariance, variance, columns, share));
  }
  plan.add((n) => kernels.normalizeColumns(y, x, mean, variance, gamma, beta, n * rows, columns, epsilon));
  const dGamma = plan.gradient(name, "gamma");
  const dBeta = plan.gradient(name, "beta");
  return {
    output,
    backward(gradient, needsInput) {
      const dy = gradient.address;
      const dx = needsInput ? dy : 0;
      if (ofBatch) {
        plan.add((n) =>
          kernels.normalizeColumnsGradient(
            dx,
            dGamma,
            dBeta,
            dy,
            x,
            mean,
            variance,
            gamma,
            n * rows,
            columns,
            epsilon,
          ),
        );
      } else if (needsInput) {
        plan.add((n) => kernels.scaleColumnsGradient(dx, dy, variance, gamma, n * rows, columns, epsilon));
      }
      return needsInput ? gradient : undefined;
    },
  };
}

/** Layer normalisation (Ba et al., "Layer Normalization", 2016) over the last axis or over a whole sample. */
export function compileLayerNormalization(
  plan: PlanBuilder,
  layer: LayerNormalization,
  input: Values,
): CompiledLayer {
  const { kernels } = plan;
  const { name, epsilon } = layer;
  const columns = layer.over === "sample" ? input.size : (layer.inputShape.at(-1) as number);
  const rows = input.size / columns;
  const output = plan.values(input.size);
  const x = input.address;
  const y = output.address;
  const gamma = plan.weight(name, "gamma");
  const beta = plan.weight(name, "beta");
  const moments = plan.keep(8 * rows * plan.capacity);
  plan.add((n) => kernels.normalizeRows(y, moments, x, gamma, beta, n * rows, columns, epsilon));
  const dGamma = plan.gradient(name, "gamma");
  const dBeta = plan.gradient(name, "beta");
  return {
    output,
    backward(gradient, needsInput) {
      const dy = gradient.address;
      const dx = needsInput ? dy : 0;
      plan.add((n) =>
        kernels.normalizeRowsGradient(dx, dGamma, dBeta, dy, x, moments, gamma, n * rows, columns),
      );
      return needsInput ? gradient : undefined;
    },
  };
}
