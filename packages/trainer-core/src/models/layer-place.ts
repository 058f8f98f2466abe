import type { Activation } from "./model-spec.js";
import { activations, requireFlag, requireOneOf } from "./require-field.js";

/** Where a layer stands in its model, and what its errors call it. */
export interface LayerPlace {
  readonly name: string;
  readonly inputShape: readonly number[];
  /** Name of a field for an error, such as `layer "dense_1": units`. */
  readonly at: (field: string) => string;
}

/** Activation and bias of a layer that may have both, defaults filled in. */
export function activatedBy(
  at: LayerPlace["at"],
  { activation = "linear", useBias }: { activation?: Activation; useBias?: boolean },
) {
  return {
    activation: requireOneOf(at("activation"), activation, activations),
    useBias: requireFlag(at("useBias"), useBias, true),
  };
}
