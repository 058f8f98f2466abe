import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { crc32 } from "./crc32.js";
import { toZip64 } from "./testing-npz.js";
import { readZipDirectory, readZipEntry } from "./zip.js";

const content = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);
const DIRECTORY_ENTRY = [0x50, 0x4b, 0x01, 0x02];

function read(bytes: Uint8Array): Uint8Array[] {
  return readZipDirectory(bytes, "a.npz", { maxEntries: 8 }).map((entry) =>
    readZipEntry(bytes, entry, "a.npz"),
  );
}

/** A copy of an archive whose first directory entry has another number at a field. */
function withField(archive: Uint8Array, field: number, value: number): Uint8Array {
  const copy = archive.slice();
  const at = copy.findIndex((_, i) => DIRECTORY_ENTRY.every((byte, k) => copy[i + k] === byte));
  new DataView(copy.buffer).setUint32(at + field, value, true);
  return copy;
}

describe("ZIP archives", () => {
  const archive = zipSync({ "a.npy": content });

  it("are read whole, stored or deflated", () => {
    expect(read(archive)).toEqual([content]);
    expect(read(zipSync({ "a.npy": content, "b.npy": new Uint8Array(0) }, { level: 0 }))).toEqual([
      content,
      new Uint8Array(0),
    ]);
  });

  it("are refused when cut at any byte, and never misread", () => {
    for (let length = 0; length < archive.length; length += 1) {
      expect(() => read(archive.subarray(0, length))).toThrow(
        expect.objectContaining({ code: "invalid_data" }),
      );
    }
    expect(() => read(archive.subarray(0, 400))).toThrow(
      "a.npz: expected a ZIP archive (.npz), got one without an end: it seems to be truncated (400 bytes)",
    );
  });

  it("are refused or read right when any one byte is flipped", () => {
    for (let at = 0; at < archive.length; at += 1) {
      const damaged = archive.slice();
      damaged[at]! ^= 0x41;
      let parts: Uint8Array[] | undefined;
      try {
        parts = read(damaged);
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid_data", message: expect.stringMatching(/^a\.npz: /) });
      }
      // Names and dates may differ without harm; the content may not.
      if (parts && parts.length > 0) expect(parts).toEqual([content]);
    }
  });

  it("are held to the declared size, in both directions", () => {
    expect(() => read(withField(archive, 24, 4999))).toThrow(
      "a.npz: a.npy: expected 4999 bytes as declared, got more",
    );
    expect(() => read(withField(archive, 24, 5001))).toThrow("expected 5001 bytes as declared, got 5000");
    expect(() => read(withField(archive, 24, 0xfffffff0))).toThrow(
      "compressed bytes can hold, got 4294967280",
    );
  });

  it("are read in ZIP64 form, and refused or read right when any one byte of it is flipped", () => {
    const large = toZip64(archive);
    expect(read(large)).toEqual([content]);
    const tail = large.subarray(large.length - 300);
    const options = { maxEntries: 8, start: large.length - 300 };
    expect(readZipDirectory(tail, "a.npz", options)).toEqual(
      readZipDirectory(large, "a.npz", { maxEntries: 8 }),
    );
    for (let at = large.length - 300; at < large.length; at += 1) {
      const damaged = large.slice();
      damaged[at]! ^= 0x41;
      try {
        for (const part of read(damaged)) expect(crc32(part)).toBe(crc32(content));
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid_data", message: expect.stringMatching(/^a\.npz: /) });
      }
    }
  });

  it("cannot make a small file big: a bomb stops at its declaration", () => {
    const bomb = zipSync({ "a.npy": new Uint8Array(64 * 2 ** 20) });
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => read(withField(bomb, 24, 1000))).toThrow("expected 1000 bytes as declared, got more");
  });

  it("are refused for anything that is none", () => {
    for (const text of ["", "id,label\n1,0\n", "PK"]) {
      expect(() => read(new TextEncoder().encode(text))).toThrow(
        "expected a ZIP archive (.npz), got something else",
      );
    }
  });

  it("are refused when encrypted, compressed otherwise, repeated or too many", () => {
    expect(() => read(withField(archive, 8, 0x0008_0001))).toThrow("a.npy: expected no encryption");
    expect(() => read(withField(archive, 8, 0x000e_0000))).toThrow(
      "expected ZIP method 0 (stored) or 8 (deflate), got 14",
    );
    expect(() => read(withField(archive, 42, 0x7fffffff))).toThrow(
      "expected a ZIP entry at byte 2147483647, got none",
    );
    const many = zipSync(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.npy`, content])));
    expect(() => read(many)).toThrow("a.npz: expected at most 8 arrays, got 9");
    const zip64 = archive.slice();
    new DataView(zip64.buffer).setUint16(zip64.length - 12, 0xffff, true);
    expect(() => read(zip64)).toThrow("a.npz: expected a ZIP64 directory, got none: the file is damaged");
    const twice = zipSync({ "a.npy": content, "b.npy": content });
    for (let i = 0; i < twice.length; i += 1) if (twice[i] === 0x62 && twice[i + 1] === 0x2e) twice[i] = 0x61;
    expect(() => read(twice)).toThrow("a.npz: a.npy: expected each array once, got it twice");
  });
});
