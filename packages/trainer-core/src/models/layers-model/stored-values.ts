import { bytesPerElement, type TensorDtype, toFloat32 } from "@fedloom/protocol";
import { show } from "../require-field.js";
import { createKerasConfig, type KerasConfig, requireObject, unsupported } from "./keras-config.js";

/** How a tensor of a `model.json` lies in its file. */
export interface StoredValues {
  readonly bytesPerElement: number;
  read(bytes: Uint8Array): Float32Array;
}

/** Names of number types in a `model.json`, and in safetensors. */
const dtypes: Readonly<Record<string, TensorDtype>> = {
  float32: "F32",
  int32: "I32",
  bool: "BOOL",
  uint8: "U8",
  uint16: "U16",
  float16: "F16",
};

/** Numbers as they are, or quantised as the converter of TensorFlow.js does it: q scale + min. */
export function storedValues(tensor: KerasConfig): StoredValues {
  const quantization = tensor.value("quantization");
  if (quantization === undefined) return { ...stored(tensor) };
  const field = `${tensor.place}: quantization`;
  const quantized = createKerasConfig(field, requireObject(field, quantization));
  const { bytesPerElement, read } = stored(quantized);
  const [scale, min] = [quantized.number("scale", 1), quantized.number("min", 0)];
  return { bytesPerElement, read: (bytes) => read(bytes).map((value) => value * scale + min) };
}

function stored(fields: KerasConfig): StoredValues {
  const name = fields.text("dtype");
  const dtype = Object.hasOwn(dtypes, name) ? dtypes[name] : undefined;
  if (!dtype)
    throw unsupported(`${fields.place}: dtype`, `one of ${Object.keys(dtypes).join(", ")}`, show(name));
  return { bytesPerElement: bytesPerElement[dtype], read: (bytes) => toFloat32(dtype, bytes) };
}
