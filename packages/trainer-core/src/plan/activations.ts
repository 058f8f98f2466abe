import type { Activation } from "../models/model-spec.js";
import type { CompiledLayer } from "./compile-layers.js";
import type { PlanBuilder, Values } from "./plan-builder.js";

/** As the kernels count them. */
const kinds: readonly Activation[] = [
  "linear",
  "relu",
  "relu6",
  "leakyRelu",
  "elu",
  "selu",
  "gelu",
  "swish",
  "sigmoid",
  "tanh",
];

/** A product's activation: what the product's kernel does itself, and what is left. */
export interface ProductActivation {
  /** For the product's kernel. */
  readonly fused: number;
  /** Where the product goes. */
  readonly product: Values;
  readonly output: Values;
  /** Adds the step from `product` to `output`, if there is any. */
  finish(): void;
  /** Adds the steps that turn the gradient of `output` into that of the product, in place, and sum up the bias's. */
  backward(gradient: Values): void;
  /** See CompiledLayer; undefined for other activations. */
  readonly handOver?: () => Relu;
}

/** The bias that is added to the product. */
export interface Bias {
  /** Address of its gradient; 0 if there is none. */
  readonly gradient: number;
  readonly columns: number;
}

/** A relu or relu6 whose backward step another layer takes over. */
export interface Relu {
  readonly kind: number;
  readonly bias: Bias;
}

/** Plans what comes after a product with `size` results a sample. */
export function planActivation(
  plan: PlanBuilder,
  activation: Activation,
  { size, bias }: { readonly size: number; readonly bias: Bias },
): ProductActivation {
  const { kernels } = plan;
  const kind = kinds.indexOf(activation);
  const fused = kind <= 2 ? kind : 0;
  const output = plan.values(size);
  const product = plan.isTraining && needsArgument(activation) ? plan.values(size) : output;
  let isDone = false;
  return {
    fused,
    product,
    output,
    finish() {
      if (kind > 2)
        plan.add((batch) => kernels.activate(output.address, product.address, batch * size, kind));
    },
    backward({ address }) {
      if (kind > 2) {
        plan.add((batch) =>
          kernels.activationGradient(address, address, product.address, batch * size, kind),
        );
      }
      if (!isDone) addBiasGradient(plan, { kind: fused, bias }, { dy: address, y: output.address, size });
      if (product !== output) plan.release(product);
    },
    ...(fused > 0 && {
      handOver: () => {
        isDone = true;
        return { kind: fused, bias };
      },
    }),
  };
}

/** Adds the step that takes relu back, in place, and sums up the gradient of the bias. */
export function addBiasGradient(
  { kernels, add }: PlanBuilder,
  { kind, bias }: Relu,
  { dy, y, size }: { readonly dy: number; readonly y: number; readonly size: number },
): void {
  const { gradient, columns } = bias;
  const rows = size / columns;
  if (gradient) add((batch) => kernels.biasGradient(gradient, dy, y, batch * rows, columns, kind));
  else if (kind > 0) add((batch) => kernels.activationGradient(dy, dy, y, batch * size, kind));
}

/** An activation as a layer of its own. */
export function compileActivation(plan: PlanBuilder, activation: Activation, input: Values): CompiledLayer {
  const { kernels } = plan;
  const { size } = input;
  const kind = kinds.indexOf(activation);
  if (kind === 0) return { output: input, backward: (gradient) => gradient };
  const output = plan.values(size);
  const known = needsArgument(activation) ? input : output;
  plan.add((batch) => kernels.activate(output.address, input.address, batch * size, kind));
  return {
    output,
    backward(gradient) {
      const { address } = gradient;
      plan.add((batch) => kernels.activationGradient(address, address, known.address, batch * size, kind));
      return gradient;
    },
  };
}

/** Whether the slope follows from what the activation was given, and not from its result. */
function needsArgument(activation: Activation): boolean {
  return activation === "gelu" || activation === "swish";
}
