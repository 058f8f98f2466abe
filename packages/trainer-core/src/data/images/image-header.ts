import { invalidData } from "../invalid-data.js";

/** What the first bytes of an image file say. */
export interface ImageHeader {
  readonly format: "jpeg" | "png";
  readonly width: number;
  readonly height: number;
  readonly bitsPerChannel: number;
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
/** Markers of frames but for three that are none: Huffman tables, reserved, arithmetic conditioning. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Markers without a length: restarts, start of image, and one that is reserved. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * Reads the size of a JPEG or PNG image before anything is decoded, and checks that the file has its end.
 * @throws TrainerError `invalid_data` that names the file: another format, a damaged header, a truncated file.
 */
export function readImageHeader(bytes: Uint8Array, file: string): ImageHeader {
  if (bytes.length === 0) throw invalidData(`${file}: expected an image, got an empty file`);
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return readJpegHeader(bytes, file);
  if (pngSignature.every((byte, i) => bytes[i] === byte)) return readPngHeader(bytes, file);
  throw invalidData(`${file}: expected a JPEG or PNG image, got something else (${bytes.length} bytes)`);
}

/** PNG (W3C recommendation, section 5): signature, then chunks from IHDR to IEND. */
function readPngHeader(bytes: Uint8Array, file: string): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) {
    throw invalidData(`${file}: expected a PNG header, got a damaged or truncated one`);
  }
  const header = { format: "png", bitsPerChannel: Math.max(8, bytes[24] as number) } as const;
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const isEnd = view.getUint32(at + 4) === 0x49454e44;
    if (isEnd) return checkSize({ ...header, width: view.getUint32(16), height: view.getUint32(20) }, file);
  }
  throw invalidData(`${file}: expected a PNG image with an end, got a truncated one (${bytes.length} bytes)`);
}

/** JPEG (ITU-T T.81, annex B): segments up to the frame header, and an end-of-image marker after the first scan. */
function readJpegHeader(bytes: Uint8Array, file: string): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: ImageHeader | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1] as number;
    if (bytes[at] !== 0xff)
      throw invalidData(`${file}: expected a JPEG marker at byte ${at}, got none: it is damaged`);
    if (marker === 0xff) at += 1;
    else if (isBare(marker)) at += 2;
    else {
      if (isFrame(marker) && at + 9 <= bytes.length) {
        const size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
        header ??= checkSize({ format: "jpeg", ...size, bitsPerChannel: bytes[at + 4] as number }, file);
      }
      if (marker === START_OF_SCAN) break;
      at += 2 + view.getUint16(at + 2);
    }
  }
  const scanned = bytes[at + 1] === START_OF_SCAN;
  if (header === undefined)
    throw invalidData(`${file}: expected a JPEG frame header, got none: the file is damaged or truncated`);
  if (!scanned || !hasEnd(bytes, at)) {
    throw invalidData(
      `${file}: expected a JPEG image with an end, got a truncated one (${bytes.length} bytes)`,
    );
  }
  return header;
}

/** Decoders make up what is missing: only the marker tells a whole file from a cut one. */
function hasEnd(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.length - 2; at > from; at -= 1) {
    if (bytes[at] === 0xff && bytes[at + 1] === END_OF_IMAGE) return true;
  }
  return false;
}

function checkSize(header: ImageHeader, file: string): ImageHeader {
  if (header.width > 0 && header.height > 0) return header;
  throw invalidData(`${file}: expected an image of at least one pixel, got ${header.width}x${header.height}`);
}
