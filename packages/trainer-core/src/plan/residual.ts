import type { ResolvedLayer } from "../models/resolve-model.js";
import { type CompiledLayer, compileSequence, isTrained } from "./compile-layers.js";
import type { PlanBuilder, Values } from "./plan-builder.js";

type Residual = Extract<ResolvedLayer, { type: "residual" }>;

/** layers(x) + shortcut(x) (He et al., "Deep Residual Learning for Image Recognition", 2016). */
export function compileResidual(
  plan: PlanBuilder,
  { layers, shortcut }: Residual,
  input: Values,
): CompiledLayer {
  const { kernels } = plan;
  const branches = [layers, shortcut].map((path) => compileSequence(plan, path, input));
  const [first, second] = branches as [CompiledLayer, CompiledLayer];
  const { size } = first.output;
  const output = plan.values(size);
  plan.add((batch) => kernels.add(output.address, first.output.address, second.output.address, batch * size));
  if (!plan.isTraining) {
    for (const branch of branches) if (branch.output !== input) plan.release(branch.output);
  }
  const needs = [layers, shortcut].map((path) => path.some(isTrained));
  return {
    output,
    backward(gradient, needsInput) {
      // Branches write over the gradient they are given: the first one gets a copy.
      let one: Values | undefined;
      if (needsInput || needs[0]) {
        const copy = plan.values(size);
        plan.add((batch) => kernels.copy(copy.address, gradient.address, batch * size));
        one = first.backward(copy, needsInput);
        if (one !== copy) plan.release(copy);
      }
      const two = needsInput || needs[1] ? second.backward(gradient, needsInput) : undefined;
      if (!needsInput || !one || !two) return undefined;
      plan.add((batch) => kernels.add(two.address, two.address, one.address, batch * input.size));
      plan.release(one);
      return two;
    },
  };
}
