import type { ResolvedLayer } from "../models/resolve-model.js";
import { planActivation } from "./activations.js";
import type { CompiledLayer } from "./compile-layers.js";
import type { PlanBuilder, Values } from "./plan-builder.js";

type Dense = Extract<ResolvedLayer, { type: "dense" }>;

/** activation(x W + b). */
export function compileDense(
  plan: PlanBuilder,
  { name, units, activation, useBias }: Dense,
  input: Values,
): CompiledLayer {
  return compileProduct(plan, {
    input,
    rows: 1,
    inputs: input.size,
    outputs: units,
    activation,
    weights: plan.weight(name, "kernel"),
    weightsGradient: plan.gradient(name, "kernel"),
    bias: useBias ? plan.weight(name, "bias") : 0,
    biasGradient: useBias ? plan.gradient(name, "bias") : 0,
  });
}

export interface Product {
  readonly input: Values;
  /** Of one sample. */
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Dense["activation"];
  /** Addresses; 0 for none. */
  readonly weights: number;
  readonly weightsGradient: number;
  readonly bias: number;
  readonly biasGradient: number;
}

/** activation(x W + b) for rows of x: of a batch, or the pixels of one. */
export function compileProduct(plan: PlanBuilder, product: Product): CompiledLayer {
  const { kernels, capacity } = plan;
  const { input, rows, inputs, outputs, weights, weightsGradient, bias } = product;
  const most = rows * capacity;
  const after = planActivation(plan, product.activation, {
    size: rows * outputs,
    bias: { gradient: product.biasGradient, columns: outputs },
  });
  const { fused } = after;
  const result = after.product.address;
  const scratch = plan.scratch(kernels.matMulScratch(most, outputs, inputs, false, false));
  plan.add((batch) =>
    kernels.matMulBias(result, input.address, weights, bias, fused, batch * rows, outputs, inputs, scratch),
  );
  after.finish();
  return {
    output: after.output,
    ...(after.handOver && { handOver: after.handOver }),
    backward(gradient, needsInput) {
      const dy = gradient.address;
      after.backward(gradient);
      let dx: Values | undefined;
      if (needsInput) {
        dx = plan.values(input.size);
        const to = dx.address;
        const scratch = plan.scratch(kernels.matMulScratch(most, inputs, outputs, false, true));
        plan.add((batch) =>
          kernels.matMul(to, dy, weights, batch * rows, inputs, outputs, false, true, false, scratch),
        );
      }
      // After the input's gradient, which takes the weights as they were.
      if (weightsGradient) addWeightsGradient(plan, product, { dy, most });
      return dx;
    },
  };
}

/** x^T dy to the gradient, or onto the weights. */
function addWeightsGradient(
  plan: PlanBuilder,
  { input, rows, inputs, outputs, weights, weightsGradient }: Product,
  { dy, most }: { readonly dy: number; readonly most: number },
): void {
  const { kernels, state } = plan;
  const x = input.address;
  const scratch = plan.scratch(kernels.matMulScratch(inputs, outputs, most, true, false));
  plan.markMoved(weightsGradient);
  plan.add((batch) => {
    const moves = state.movesWeights;
    const to = moves ? weights : weightsGradient;
    kernels.matMul(to, x, dy, inputs, outputs, batch * rows, true, false, moves, scratch);
  });
}
