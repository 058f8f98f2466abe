import type { ResolvedLayer } from "../models/resolve-model.js";
import { compileActivation, type Relu } from "./activations.js";
import { compileConvolution, compileDepthwise } from "./convolutions.js";
import { compileDense } from "./dense.js";
import { compileDropout } from "./dropout.js";
import { compileBatchNormalization, compileLayerNormalization } from "./normalizations.js";
import type { PlanBuilder, Values } from "./plan-builder.js";
import { compileGlobalPooling, compilePooling } from "./poolings.js";
import { compileResidual } from "./residual.js";

/** A layer whose forward steps are in the plan. */
export interface CompiledLayer {
  readonly output: Values;
  /**
   * Adds the steps that make, from the gradient of the output, that of the layer's weights, and that of its input if
   * it is needed. Returns the latter, which may be the given one, written over. The given one stays the caller's to
   * release, and layers are asked in the opposite order of their forward steps.
   */
  backward(gradient: Values, needsInput: boolean): Values | undefined;
  /**
   * Leaves the backward step of a relu at the layer's end, and of the bias before it, to the max pooling that follows:
   * only a window's largest value has a gradient, and relu lets it through if that value does. So the step can be done on
   * the pooled values, which are fewer.
   */
  readonly handOver?: () => Relu;
}

/** Adds a layer's forward steps to a plan; `before` is the layer whose output is the input, if nothing else reads it. */
export function compileLayer(
  plan: PlanBuilder,
  layer: ResolvedLayer,
  { input, before }: { readonly input: Values; readonly before: CompiledLayer | undefined },
): CompiledLayer {
  switch (layer.type) {
    case "dense":
      return compileDense(plan, layer, input);
    case "conv2d":
      return compileConvolution(plan, layer, input);
    case "depthwiseConv2d":
    case "separableConv2d":
      return compileDepthwise(plan, layer, input);
    case "maxPooling2d":
    case "averagePooling2d":
      return compilePooling(plan, layer, { input, before });
    case "globalMaxPooling2d":
    case "globalAveragePooling2d":
      return compileGlobalPooling(
        plan,
        { type: layer.type, inputShape: layer.inputShape },
        { input, before },
      );
    case "batchNormalization":
      return compileBatchNormalization(plan, layer, input);
    case "layerNormalization":
      return compileLayerNormalization(plan, layer, input);
    case "dropout":
      return compileDropout(plan, layer, input);
    case "flatten":
      return { output: input, backward: (gradient) => gradient };
    case "activation":
      return compileActivation(plan, layer.activation, input);
    case "residual":
      return compileResidual(plan, layer, input);
  }
}

/** Adds the forward steps of layers that follow one another. The input stays the caller's. */
export function compileSequence(
  plan: PlanBuilder,
  layers: readonly ResolvedLayer[],
  input: Values,
): CompiledLayer {
  const stages: { layer: ResolvedLayer; input: Values; compiled: CompiledLayer }[] = [];
  let values = input;
  for (const layer of joinActivations(layers)) {
    const compiled = compileLayer(plan, layer, { input: values, before: stages.at(-1)?.compiled });
    stages.push({ layer, input: values, compiled });
    if (!plan.isTraining && compiled.output !== values && values !== input) plan.release(values);
    values = compiled.output;
  }
  return {
    output: values,
    backward(gradient, needsInput) {
      let current = gradient;
      for (let i = stages.length - 1; i >= 0; i -= 1) {
        const { layer, input, compiled } = stages[i] as (typeof stages)[number];
        const needed = needsInput || stages.slice(0, i).some((stage) => isTrained(stage.layer));
        if (!needed && !isTrained(layer)) return undefined;
        const next = compiled.backward(current, needed);
        if (current !== gradient && next !== current) plan.release(current);
        if (compiled.output !== input) plan.release(compiled.output);
        if (!next) return undefined;
        current = next;
      }
      return current;
    },
  };
}

/** Whether an optimizer moves any of the layer's weights. */
export function isTrained(layer: ResolvedLayer): boolean {
  if (layer.type === "residual") return layer.layers.some(isTrained) || layer.shortcut.some(isTrained);
  return layer.weights.some(({ trainable }) => trainable);
}

/** Gives activations of their own to the layer before them where it has none, which saves reading everything again. */
function joinActivations(layers: readonly ResolvedLayer[]): ResolvedLayer[] {
  const joined: ResolvedLayer[] = [];
  for (const layer of layers) {
    const before = joined.at(-1);
    const isFree = before && "activation" in before && before.activation === "linear";
    if (layer.type === "activation" && isFree) {
      joined[joined.length - 1] = { ...before, activation: layer.activation };
    } else {
      joined.push(layer);
    }
  }
  return joined;
}
