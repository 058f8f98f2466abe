// Makes `.npz` files for this folder's tests: whole ones, and ones with exactly one fault.
import { zipSync } from "fflate";

/** An array for {@link npz}: uint8 in C order unless `descr` or `order` say otherwise. */
export interface NpyFixture {
  shape: number[];
  data?: Uint8Array;
  descr?: string;
  order?: "True" | "False";
  header?: string;
  version?: number;
}

/** One `.npy` file. */
export function npy({
  shape,
  data,
  descr = "|u1",
  order = "False",
  header,
  version = 1,
}: NpyFixture): Uint8Array {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = header ?? `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${tuple}), }`;
  const prefix = version === 1 ? 10 : 12;
  const padded = `${text.padEnd(Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix - 1)}\n`;
  const content = data ?? new Uint8Array(size);
  const bytes = new Uint8Array(prefix + padded.length + content.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, padded.length, true);
  else view.setUint32(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), prefix);
  bytes.set(content, prefix + padded.length);
  return bytes;
}

/** The arrays of a small, right file: 4, 2 and 3 images of 5x6 pixels, labels alternating. */
export function smallArrays(): Record<string, NpyFixture> {
  const arrays: Record<string, NpyFixture> = {};
  for (const [split, count] of Object.entries({ train: 4, val: 2, test: 3 })) {
    arrays[`${split}_images`] = {
      shape: [count, 5, 6],
      data: Uint8Array.from({ length: count * 30 }, (_, i) => (i * 7) % 256),
    };
    arrays[`${split}_labels`] = {
      shape: [count, 1],
      data: Uint8Array.from({ length: count }, (_, i) => i % 2),
    };
  }
  return arrays;
}

/** A `.npz` file of the given arrays. */
export function npz(arrays: Record<string, NpyFixture>, options: { level?: 0 | 6 } = {}): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npy(array)] as const);
  return zipSync(Object.fromEntries(files), { level: options.level ?? 6 });
}

/** The same archive of one entry with its sizes and places where ZIP64 has them. */
export function toZip64(archive: Uint8Array): Uint8Array {
  const old = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = archive.length - 22;
  const directory = old.getUint32(end + 16, true);
  const nameEnd = directory + 46 + old.getUint16(directory + 28, true);
  const uint64 = (value: number) => [...new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)];
  const field = [24, 20, 42].flatMap((at) => uint64(old.getUint32(directory + at, true)));
  const record = directory + (nameEnd - directory) + 4 + field.length;
  const bytes = Uint8Array.from([
    ...archive.subarray(0, nameEnd),
    ...[1, 0, field.length, 0, ...field],
    ...[0x50, 0x4b, 0x06, 0x06, ...uint64(44), 45, 0, 45, 0, ...new Array(8).fill(0)],
    ...[...uint64(1), ...uint64(1), ...uint64(record - directory), ...uint64(directory)],
    ...[0x50, 0x4b, 0x06, 0x07, 0, 0, 0, 0, ...uint64(record), 1, 0, 0, 0],
    ...archive.subarray(end),
  ]);
  const view = new DataView(bytes.buffer);
  for (const at of [24, 20, 42]) view.setUint32(directory + at, 0xffffffff, true);
  view.setUint16(directory + 30, 4 + field.length, true);
  view.setUint32(bytes.length - 6, 0xffffffff, true);
  return bytes;
}
