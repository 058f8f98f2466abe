import { bytesPerElement, type TensorDtype } from "./tensor-dtype.js";

/**
 * The elements of a tensor as float32, rounded to nearest where they have more digits.
 *
 * F32 that is aligned to 4 bytes is not copied: the result is a view of `bytes`.
 */
export function toFloat32(dtype: TensorDtype, bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, length } = aligned(bytes, bytesPerElement[dtype]);
  const count = length / bytesPerElement[dtype];
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer, byteOffset, count);
    case "BOOL":
    case "U8":
      return Float32Array.from(bytes);
    case "I8":
      return Float32Array.from(new Int8Array(buffer, byteOffset, count));
    case "U16":
      return Float32Array.from(new Uint16Array(buffer, byteOffset, count));
    case "I16":
      return Float32Array.from(new Int16Array(buffer, byteOffset, count));
    case "F16":
      return fromFloat16(new Uint16Array(buffer, byteOffset, count));
    case "BF16":
      return fromBfloat16(new Uint16Array(buffer, byteOffset, count));
    case "U32":
      return Float32Array.from(new Uint32Array(buffer, byteOffset, count));
    case "I32":
      return Float32Array.from(new Int32Array(buffer, byteOffset, count));
    case "F64":
      return Float32Array.from(new Float64Array(buffer, byteOffset, count));
    case "U64":
      return fromBigints(new BigUint64Array(buffer, byteOffset, count));
    case "I64":
      return fromBigints(new BigInt64Array(buffer, byteOffset, count));
  }
}

/** The same bytes where typed arrays of `size` bytes an element can look at them. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : bytes.slice();
}

function fromBigints(values: BigInt64Array | BigUint64Array): Float32Array {
  const floats = new Float32Array(values.length);
  for (let i = 0; i < floats.length; i += 1) floats[i] = Number(values[i]);
  return floats;
}

/** The first half of a float32's bits. */
function fromBfloat16(values: Uint16Array): Float32Array {
  const bits = new Uint32Array(values.length);
  for (let i = 0; i < bits.length; i += 1) bits[i] = (values[i] as number) << 16;
  return new Float32Array(bits.buffer);
}

function fromFloat16(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < floats.length; i += 1) floats[i] = valueOfHalf(halves[i] as number);
  return floats;
}

/** IEEE 754 half precision: sign, 5 bits of exponent, 10 of fraction. */
function valueOfHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
