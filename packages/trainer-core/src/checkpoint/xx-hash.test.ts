import { expect, it } from "vitest";
import { xxHash32 } from "./xx-hash.js";

// XXH32 with seed 0, from the reference implementation's and its ports' published vectors.
it.each([
  ["", 0x02cc5d05],
  ["a", 0x550d7456],
  ["abc", 0x32d153ff],
  ["Nobody inspects the spammish repetition", 0xe2293b2f],
])("hashes %j as the reference does", (text, expected) => {
  expect(xxHash32(new TextEncoder().encode(text))).toBe(expected);
});

it("tells any one changed bit", () => {
  const bytes = Uint8Array.from({ length: 61 }, (_, i) => i);
  const before = xxHash32(bytes);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(xxHash32(bytes)).not.toBe(before);
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  }
});
