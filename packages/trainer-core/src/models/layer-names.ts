import type { LayerSpec } from "./model-spec.js";
import { invalid, show } from "./require-field.js";

/** What TensorFlow.js, Keras and file formats take as well. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Gives each layer its own name or the default one, in the order in which it is asked. */
export interface LayerNames {
  next(spec: LayerSpec): string;
}

/**
 * A layer without a name is called by its type and its place among those of its type that have none or one, from 1, so
 * that naming one layer does not rename another.
 */
export function createLayerNames(): LayerNames {
  const taken = new Set<string>();
  const places = new Map<string, number>();
  return {
    next({ type, name }) {
      const place = (places.get(type) ?? 0) + 1;
      places.set(type, place);
      const own = name ?? `${type}_${place}`;
      if (typeof own !== "string" || !NAME.test(own)) {
        throw invalid("name", 'a name of 1 to 100 letters, digits, ".", "_" and "-"', show(own));
      }
      if (taken.has(own)) throw invalid("name", "a name that no other layer has", show(own));
      taken.add(own);
      return own;
    },
  };
}
