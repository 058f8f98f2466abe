/** How a tensor's elements are stored, little-endian, by the names of safetensors. */
export type TensorDtype =
  | "BOOL"
  | "U8"
  | "I8"
  | "U16"
  | "I16"
  | "F16"
  | "BF16"
  | "U32"
  | "I32"
  | "F32"
  | "U64"
  | "I64"
  | "F64";

/** Bytes of one element. */
export const bytesPerElement: Readonly<Record<TensorDtype, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

export function isTensorDtype(value: unknown): value is TensorDtype {
  return typeof value === "string" && Object.hasOwn(bytesPerElement, value);
}
