import { TrainerError } from "../../errors.js";
import { invalidData } from "../invalid-data.js";
import { type ImageHeader, readImageHeader } from "./image-header.js";

/** What every image of a set is made into. */
export interface ImageForm {
  readonly height: number;
  readonly width: number;
  /** 1 is grey, 3 colour. */
  readonly channels: 1 | 3;
  /** `stretch` changes the proportions, `cover` cuts what stands over in the middle. */
  readonly fit: "stretch" | "cover";
  /** Most pixels of an image before it is resized: more are refused before they are decoded. */
  readonly maxPixels: number;
}

type ImageLibrary = typeof import("@napi-rs/image");

/**
 * Loads the optional package that decodes images.
 * @throws TrainerError `unreadable_data` that says how to install it.
 */
export async function loadImageLibrary(): Promise<ImageLibrary> {
  try {
    return await import("@napi-rs/image");
  } catch (cause) {
    throw new TrainerError(
      "unreadable_data",
      "folders of images: expected the optional package @napi-rs/image, got none: install it (npm install @napi-rs/image)",
      { cause },
    );
  }
}

/**
 * Decodes a JPEG or PNG image outside of the main thread: bytes of `height x width x channels`, row by row. Shrinking
 * averages over the pixels that each new one covers (a triangle filter). Transparency is left out.
 * @throws TrainerError `invalid_data` that names the file: another format, damaged, truncated, too many pixels.
 */
export async function decodeImage(
  bytes: Uint8Array,
  options: ImageForm & { readonly file: string; readonly library: ImageLibrary },
): Promise<Uint8Array> {
  const { file, library, height, width, channels, fit, maxPixels } = options;
  const header = readImageHeader(bytes, file);
  if (header.width * header.height > maxPixels) {
    throw invalidData(`${file}: expected at most ${maxPixels} pixels, got ${header.width}x${header.height}`);
  }
  const { Transformer, ResizeFilterType, ResizeFit } = library;
  let pixels: Uint8Array;
  try {
    pixels = await new Transformer(bytes)
      .resize({
        width,
        height,
        filter: ResizeFilterType.Triangle,
        fit: fit === "cover" ? ResizeFit.Cover : ResizeFit.Fill,
      })
      .rawPixels();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidData(
      `${file}: expected a whole ${header.format} image, got a damaged one: ${reason.slice(0, 200)}`,
      cause,
    );
  }
  const layout = layoutOf(pixels.length / (height * width), header);
  if (layout === undefined) {
    throw invalidData(
      `${file}: expected grey or RGB pixels, got ${pixels.length / (height * width)} bytes a pixel`,
    );
  }
  return convert(pixels, { ...layout, channels });
}

interface PixelLayout {
  /** Grey, with or without transparency, or red, green and blue, with or without. */
  readonly colours: 1 | 3;
  readonly pixelBytes: number;
  /** Of one channel: 2 for images of 16 bits, in the machine's byte order. */
  readonly channelBytes: 1 | 2;
}

function layoutOf(pixelBytes: number, { format, bitsPerChannel }: ImageHeader): PixelLayout | undefined {
  const channelBytes = bitsPerChannel > 8 ? 2 : 1;
  const numChannels = pixelBytes / channelBytes;
  // Four channels of a JPEG are printing colours, not RGB with transparency.
  if (!Number.isInteger(numChannels) || numChannels < 1 || numChannels > (format === "jpeg" ? 3 : 4))
    return undefined;
  return { colours: numChannels < 3 ? 1 : 3, pixelBytes, channelBytes };
}

/** Grey by the weights of ITU-R BT.601, as in Pillow; 16 bits are cut to the upper 8. */
function convert(pixels: Uint8Array, layout: PixelLayout & { channels: 1 | 3 }): Uint8Array {
  const { colours, pixelBytes, channelBytes, channels } = layout;
  const upper = channelBytes === 2 && isLittleEndian ? 1 : 0;
  const numPixels = pixels.length / pixelBytes;
  const converted = new Uint8Array(numPixels * channels);
  for (let i = 0; i < numPixels; i += 1) {
    const channel = (k: number) => pixels[i * pixelBytes + (k % colours) * channelBytes + upper] as number;
    if (channels === 3) for (let k = 0; k < 3; k += 1) converted[3 * i + k] = channel(k);
    else if (colours === 1) converted[i] = channel(0);
    else converted[i] = (299 * channel(0) + 587 * channel(1) + 114 * channel(2) + 500) / 1000;
  }
  return converted;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
