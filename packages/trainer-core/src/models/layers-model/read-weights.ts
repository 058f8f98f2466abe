import { show, sizeOf } from "../require-field.js";
import { invalidWeights, requireFinite } from "../require-weights.js";
import type { ResolvedModel } from "../resolve-model.js";
import { createKerasConfig, requireList, requireObject } from "./keras-config.js";
import { storedValues } from "./stored-values.js";

interface Stored {
  readonly shape: readonly number[];
  read(): Float32Array;
}

/**
 * Reads the weights of a `model.json` into a model's layout, by name. The file's bytes are those of its shards one after
 * another, in the order of the manifest.
 * @throws TrainerError `invalid_weights` that names the tensor, what was expected and what came.
 */
export function readWeights({ layout }: ResolvedModel, manifest: unknown, bytes: Uint8Array): Float32Array {
  const stored = storedTensors(manifest, bytes);
  const weights = new Float32Array(layout.size);
  for (const { name, shape, offset } of layout.tensors) {
    const found = stored.get(name);
    if (!found || found.shape.join() !== shape.join()) {
      throw invalidWeights(
        name,
        `shape [${shape.join(", ")}]`,
        found ? `[${found.shape.join(", ")}]` : "nothing",
      );
    }
    const values = found.read();
    requireFinite(name, values);
    weights.set(values, offset);
  }
  return weights;
}

function storedTensors(manifest: unknown, bytes: Uint8Array): ReadonlyMap<string, Stored> {
  const tensors = new Map<string, Stored>();
  let offset = 0;
  for (const group of requireList("weightsManifest", manifest)) {
    for (const value of requireList(
      "weightsManifest: weights",
      requireObject("weightsManifest", group).weights,
    )) {
      const fields = requireObject("weightsManifest: weights", value);
      const { name, shape, values } = tensorOf(fields);
      const begin = offset;
      const numBytes = sizeOf(shape) * values.bytesPerElement;
      offset += numBytes;
      if (offset > bytes.length) throw invalidWeights(name, `bytes up to ${offset}`, `${bytes.length}`);
      if (tensors.has(name)) throw invalidWeights(name, "a tensor that is there once", "twice");
      tensors.set(name, { shape, read: () => values.read(bytes.subarray(begin, begin + numBytes)) });
    }
  }
  if (offset !== bytes.length) throw invalidWeights("file", `${offset} bytes`, `${bytes.length}`);
  return tensors;
}

function tensorOf(fields: Readonly<Record<string, unknown>>) {
  const name = typeof fields.name === "string" ? fields.name : show(fields.name);
  const config = createKerasConfig(`weights ${show(name)}`, fields);
  const shape = requireList(`weights ${show(name)}: shape`, fields.shape, 16) as readonly number[];
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    return { name, shape, values: storedValues(config) };
  }
  throw invalidWeights(`${name}: shape`, "integers >= 0", show(shape));
}
