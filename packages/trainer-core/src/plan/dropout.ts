import type { ResolvedLayer } from "../models/resolve-model.js";
import type { CompiledLayer } from "./compile-layers.js";
import type { PlanBuilder, Values } from "./plan-builder.js";

type Dropout = Extract<ResolvedLayer, { type: "dropout" }>;

/**
 * Drops values while training and scales the rest up, so that their mean stays (Srivastava et al., "Dropout", 2014; the
 * inverted form of Keras).
 */
export function compileDropout(plan: PlanBuilder, { rate }: Dropout, input: Values): CompiledLayer {
  if (!plan.isTraining || rate === 0) return { output: input, backward: (gradient) => gradient };
  const { kernels, state } = plan;
  const { size } = input;
  const output = plan.values(size);
  const layer = plan.nextNumber();
  const limit = Math.floor(rate * 2 ** 32);
  const scale = 1 / (1 - rate);
  plan.add((batch) => {
    const key = mix32(state.dropoutKey, layer);
    kernels.dropout(output.address, input.address, batch * size, key, limit, scale);
  });
  return {
    output,
    backward(gradient) {
      const { address } = gradient;
      plan.add((batch) => {
        kernels.dropout(address, address, batch * size, mix32(state.dropoutKey, layer), limit, scale);
      });
      return gradient;
    },
  };
}

/** 32 bits that look random, of a key and a counter (finalizer of MurmurHash3). */
export function mix32(key: number, counter: number): number {
  let h = (key + Math.imul(counter, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
