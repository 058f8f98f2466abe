import type { RandomStream } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";

/** How training images are varied, each anew in every epoch; every part defaults to nothing. */
export interface AugmentOptions {
  /** Most pixels by which an image is moved, each way; what is uncovered repeats the border. */
  readonly maxShift?: number;
  /** Mirror half of the images left to right. */
  readonly flipHorizontal?: boolean;
  /** Most by which brightness changes, in units of the values, each way. */
  readonly maxBrightness?: number;
  /** Contrast is multiplied by a factor in [1 - maxContrast, 1 + maxContrast], around the image's mean. */
  readonly maxContrast?: number;
}

export interface AugmentImageOptions {
  /** Height, width and channels. */
  readonly sampleShape: readonly number[];
  readonly options: AugmentOptions;
  readonly random: RandomStream;
}

/**
 * Varies one image in place. `scratch` has room for one image and may be written over.
 *
 * Draws are made in this order, and none for a part that is off: down, right, mirrored, brightness, contrast. Values are
 * not clipped. Options are taken as `requireAugmentOptions` has passed them.
 */
export function augmentImage(image: Float32Array, scratch: Float32Array, how: AugmentImageOptions): void {
  const { sampleShape, options, random } = how;
  const { maxShift = 0, flipHorizontal = false, maxBrightness = 0, maxContrast = 0 } = options;
  const reach = 2 * maxShift + 1;
  const down = maxShift > 0 ? random.integer(reach) - maxShift : 0;
  const right = maxShift > 0 ? random.integer(reach) - maxShift : 0;
  const isMirrored = flipHorizontal && random.integer(2) === 1;
  const brightness = maxBrightness > 0 ? (2 * random.uniform() - 1) * maxBrightness : 0;
  const contrast = maxContrast > 0 ? 1 + (2 * random.uniform() - 1) * maxContrast : 1;
  if (down !== 0 || right !== 0) moveImage(image, { sampleShape, down, right });
  if (isMirrored) mirrorImage(image, scratch, sampleShape);
  if (brightness !== 0 || contrast !== 1) adjustImage(image, brightness, contrast);
}

interface Move {
  readonly sampleShape: readonly number[];
  /** Pixels, fewer than there are rows and columns. */
  readonly down: number;
  readonly right: number;
}

/** What comes in is its nearest edge. */
function moveImage(image: Float32Array, { sampleShape, down, right }: Move): void {
  const [height = 1, width = 1, channels = 1] = sampleShape;
  const row = width * channels;
  // One move for all that stays inside, and for what crosses an edge, which is written over.
  const offset = down * row + right * channels;
  if (offset > 0) image.copyWithin(offset, 0, image.length - offset);
  else image.copyWithin(0, -offset);
  const firstRow = Math.max(0, down);
  const lastRow = Math.min(height, height + down) - 1;
  const uncovered = Math.abs(right) * channels;
  for (let start = firstRow * row; start <= lastRow * row; start += row) {
    const end = start + row;
    if (right > 0)
      for (let i = start + uncovered - 1; i >= start; i -= 1) image[i] = image[i + channels] as number;
    else for (let i = end - uncovered; i < end; i += 1) image[i] = image[i - channels] as number;
  }
  for (let i = firstRow - 1; i >= 0; i -= 1) image.copyWithin(i * row, (i + 1) * row, (i + 2) * row);
  for (let i = lastRow + 1; i < height; i += 1) image.copyWithin(i * row, (i - 1) * row, i * row);
}

function mirrorImage(image: Float32Array, scratch: Float32Array, sampleShape: readonly number[]): void {
  const [, width = 1, channels = 1] = sampleShape;
  const row = width * channels;
  scratch.set(image);
  for (let start = 0; start < image.length; start += row) {
    let from = start + row - channels;
    for (let at = start; at < start + row; at += channels) {
      for (let channel = 0; channel < channels; channel += 1) {
        image[at + channel] = scratch[from + channel] as number;
      }
      from -= channels;
    }
  }
}

/** Spreads the values around their mean by `contrast`, then adds `brightness`. */
export function adjustImage(image: Float32Array, brightness: number, contrast: number): void {
  let sum = 0;
  if (contrast !== 1) for (let i = 0; i < image.length; i += 1) sum += image[i] as number;
  const offset = (sum / image.length) * (1 - contrast) + brightness;
  for (let i = 0; i < image.length; i += 1) image[i] = (image[i] as number) * contrast + offset;
}

/**
 * Checks the options against the data: only images can be moved or mirrored.
 * @throws TrainerError `invalid_option` that names the field.
 */
export function requireAugmentOptions(options: AugmentOptions, sampleShape: readonly number[]): void {
  const refuse = (field: string, expected: string, received: unknown): never => {
    throw new TrainerError(
      "invalid_option",
      `augment.${field}: expected ${expected}, got ${String(received)}`,
    );
  };
  const known = ["maxShift", "flipHorizontal", "maxBrightness", "maxContrast"];
  const stray = Object.keys(options).find((name) => !known.includes(name));
  if (stray !== undefined) {
    const message = `augment: expected options among ${known.join(", ")}, got "${stray}"`;
    throw new TrainerError("invalid_option", message);
  }
  const { maxShift = 0, flipHorizontal = false, maxBrightness = 0, maxContrast = 0 } = options;
  const smallest = Math.min(sampleShape[0] ?? 0, sampleShape[1] ?? 0);
  if (sampleShape.length !== 3 && (maxShift !== 0 || flipHorizontal)) {
    refuse(
      maxShift === 0 ? "flipHorizontal" : "maxShift",
      "images of height, width and channels",
      `[${sampleShape}]`,
    );
  }
  if (maxShift !== 0 && !(Number.isInteger(maxShift) && maxShift > 0 && maxShift < smallest)) {
    refuse("maxShift", `an integer in [0, ${smallest - 1}]`, maxShift);
  }
  if (typeof flipHorizontal !== "boolean") refuse("flipHorizontal", "true or false", flipHorizontal);
  if (!(Number.isFinite(maxBrightness) && maxBrightness >= 0)) {
    refuse("maxBrightness", "a finite number >= 0", maxBrightness);
  }
  if (!(maxContrast >= 0 && maxContrast <= 1)) refuse("maxContrast", "a number in [0, 1]", maxContrast);
}
