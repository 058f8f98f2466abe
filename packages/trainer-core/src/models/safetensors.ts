import type { TensorSpec } from "@fedloom/fl-strategy";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "@fedloom/protocol";
import type { ModelSpec } from "./model-spec.js";
import { invalidWeights, requireFinite, requireLength } from "./require-weights.js";
import { asResolved, type ResolvedModel } from "./resolve-model.js";

/**
 * Writes weights as a safetensors file, each tensor float32 under its name in the layout, such as `dense_1/kernel`, with
 * shapes as in Keras. The metadata tells input shape and loss beside what is given.
 * @throws TrainerError `invalid_weights` for a vector of another length.
 */
export function exportSafetensors(
  model: ModelSpec | ResolvedModel,
  weights: Float32Array,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { layout, inputShape, loss } = asResolved(model);
  requireLength(weights, layout);
  const tensors = layout.tensors.map(({ name, shape, offset, size }) => ({
    name,
    shape,
    values: weights.subarray(offset, offset + size),
  }));
  return encodeSafetensors(tensors, {
    format: "fedloom",
    input_shape: inputShape.join(","),
    loss,
    ...metadata,
  });
}

export interface ImportSafetensorsOptions {
  /**
   * Weights to keep where the file has none that fit, as in transfer learning to other classes. Without them every tensor
   * must be there with the model's shape. Not written to.
   */
  readonly base?: Float32Array;
  /** The file's name for one of the model's tensors; default the same. */
  readonly nameInFile?: (name: string) => string;
}

export interface ImportedWeights {
  /** In the model's layout. */
  readonly weights: Float32Array;
  /** Tensors of the model that came from the file. */
  readonly loaded: readonly string[];
  /** Tensors of the model that the file has not, or has with another shape, and what was found. */
  readonly notLoaded: readonly { readonly name: string; readonly found: "nothing" | readonly number[] }[];
  /** Tensors of the file that the model has no use for. */
  readonly unused: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads weights from a safetensors file, by the names of tensors, of any of its number types.
 * @throws TrainerError `invalid_weights` for a damaged file, values that are not finite, no tensor that fits and, without
 * a base, any that does not fit; names the tensor, what was expected and what came.
 */
export function importSafetensors(
  model: ModelSpec | ResolvedModel,
  file: Uint8Array,
  { base, nameInFile = (name) => name }: ImportSafetensorsOptions = {},
): ImportedWeights {
  const { layout } = asResolved(model);
  const decoded = decodeSafetensors(file);
  if (!decoded.ok) throw invalidWeights("file", "safetensors", decoded.error.message);
  if (base) requireLength(base, layout);
  const { tensors, metadata } = decoded.value;
  const weights = base ? base.slice() : new Float32Array(layout.size);
  const loaded: string[] = [];
  const notLoaded: { name: string; found: "nothing" | readonly number[] }[] = [];
  const unused = new Set(tensors.keys());
  for (const tensor of layout.tensors) {
    const stored = tensors.get(nameInFile(tensor.name));
    if (stored && fits(stored, tensor)) {
      weights.set(finiteValues(stored), tensor.offset);
      loaded.push(tensor.name);
      unused.delete(stored.name);
      continue;
    }
    if (!base) throw doesNotFit(tensor, stored);
    notLoaded.push({ name: tensor.name, found: stored?.shape ?? "nothing" });
  }
  if (loaded.length === 0) {
    throw invalidWeights(
      "file",
      "a tensor of this model",
      [...tensors.keys()].slice(0, 5).join(", ") || "none",
    );
  }
  return { weights, loaded, notLoaded, unused: [...unused], metadata };
}

function fits({ shape }: StoredTensor, wanted: TensorSpec): boolean {
  return shape.length === wanted.shape.length && shape.every((size, axis) => size === wanted.shape[axis]);
}

function finiteValues(stored: StoredTensor): Float32Array {
  const values = stored.toFloat32();
  requireFinite(stored.name, values);
  return values;
}

function doesNotFit({ name, shape }: TensorSpec, stored: StoredTensor | undefined) {
  return invalidWeights(
    name,
    `shape [${shape.join(", ")}]`,
    stored ? `[${stored.shape.join(", ")}]` : "nothing",
  );
}
