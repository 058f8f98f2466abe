// Makes JPEG and PNG files for this folder's tests, of forms that the image library does not write.
import { zlibSync } from "fflate";
import { crc32 } from "../crc32.js";

export interface PngFixture {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with transparency, 6 RGB with transparency. */
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly bitDepth?: 8 | 16;
  readonly palette?: readonly number[];
  /** Samples of all pixels, row by row. */
  readonly values: readonly number[];
}

const textBytes = (text: string) => new TextEncoder().encode(text);
const uint32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** A PNG file. */
export function png(fixture: PngFixture): Uint8Array {
  const { width, height, colourType, bitDepth = 8, palette, values } = fixture;
  const rowValues = values.length / height;
  const rows = Array.from({ length: height }, (_, row) => [
    0,
    ...values
      .slice(row * rowValues, (row + 1) * rowValues)
      .flatMap((value) => (bitDepth === 16 ? [value >>> 8, value & 255] : [value])),
  ]);
  const chunk = (type: string, content: ArrayLike<number>): number[] => {
    const body = [...textBytes(type), ...Array.from(content)];
    return [...uint32(content.length), ...body, ...uint32(crc32(Uint8Array.from(body)))];
  };
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", [...uint32(width), ...uint32(height), bitDepth, colourType, 0, 0, 0]),
    ...(palette ? chunk("PLTE", palette) : []),
    ...chunk("IDAT", zlibSync(Uint8Array.from(rows.flat()))),
    ...chunk("IEND", []),
  ]);
}

/**
 * A baseline JPEG file of 8x8 blocks of one value each (ITU-T T.81): `values` has one number for each component of each
 * block; one component is grey.
 */
export function jpeg(columns: number, rows: number, values: readonly (readonly number[])[]): Uint8Array {
  const numComponents = (values[0] as readonly number[]).length;
  const components = Array.from({ length: numComponents }, (_, i) => i + 1);
  const segment = (marker: number, content: readonly number[]) => {
    const length = content.length + 2;
    return [0xff, marker, length >>> 8, length & 255, ...content];
  };
  // Twelve categories of differences, four bits each; all other coefficients are nothing, said by one bit.
  const dcTable = [
    0x00,
    ...[0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ...Array.from({ length: 12 }, (_, i) => i),
  ];
  const acTable = [0x10, ...[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0];
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...new Array<number>(64).fill(8)]),
    ...segment(0xc0, [
      ...[8, 0, 8 * rows, 0, 8 * columns, numComponents],
      ...components.flatMap((component) => [component, 0x11, 0]),
    ]),
    ...segment(0xc4, dcTable),
    ...segment(0xc4, acTable),
    ...segment(0xda, [numComponents, ...components.flatMap((component) => [component, 0]), 0, 63, 0]),
    ...entropyCoded(values),
    ...[0xff, 0xd9],
  ]);
}

function entropyCoded(values: readonly (readonly number[])[]): number[] {
  let bits = "";
  const last: number[] = [];
  for (const block of values) {
    for (const [component, value] of block.entries()) {
      const difference = value - 128 - (last[component] ?? 0);
      last[component] = value - 128;
      const category = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference));
      const code = difference < 0 ? difference + 2 ** category - 1 : difference;
      bits += category.toString(2).padStart(4, "0");
      bits += category === 0 ? "" : code.toString(2).padStart(category, "0");
      bits += "0";
    }
  }
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1").match(/.{8}/g) ?? [];
  return bytes
    .map((byte) => Number.parseInt(byte, 2))
    .flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte]));
}
