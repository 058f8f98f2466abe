// Collet: "xxHash fast digest algorithm", XXH32 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): made to find damage,
// not to withstand anyone who means harm.
const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

/** 32-bit hash of bytes: the same on every machine, over a gigabyte a second. */
export function xxHash32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = bytes.length - (bytes.length % 16);
  let hash = bytes.length >= 16 ? hashStripes(view, whole) : PRIME_5;
  hash = (hash + bytes.length) | 0;
  let at = whole;
  for (; at + 4 <= bytes.length; at += 4) {
    hash = (hash + Math.imul(view.getUint32(at, true), PRIME_3)) | 0;
    hash = Math.imul(rotate(hash, 17), PRIME_4);
  }
  for (; at < bytes.length; at += 1) {
    hash = (hash + Math.imul(view.getUint8(at), PRIME_5)) | 0;
    hash = Math.imul(rotate(hash, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hashStripes(view: DataView, end: number): number {
  let a = (PRIME_1 + PRIME_2) | 0;
  let b = PRIME_2 | 0;
  let c = 0;
  let d = -PRIME_1 | 0;
  for (let at = 0; at < end; at += 16) {
    a = mix(a, view.getUint32(at, true));
    b = mix(b, view.getUint32(at + 4, true));
    c = mix(c, view.getUint32(at + 8, true));
    d = mix(d, view.getUint32(at + 12, true));
  }
  return (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0;
}

function mix(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
