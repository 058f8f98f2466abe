import type { RandomStream } from "@fedloom/fl-strategy";

export interface ShiftOptions {
  readonly sampleShape: readonly [number, number, number];
  /** Most pixels by which the image is moved, each way. */
  readonly maxShift: number;
  readonly random: RandomStream;
}

/** Writes a copy of `image` to `target` that is moved at random, by two draws; what comes in is its nearest edge. */
export function shiftImage(target: Float32Array, image: Float32Array, options: ShiftOptions): void {
  const { sampleShape, maxShift, random } = options;
  const [height, width, channels] = sampleShape;
  const down = random.integer(2 * maxShift + 1) - maxShift;
  const right = random.integer(2 * maxShift + 1) - maxShift;
  let at = 0;
  for (let row = 0; row < height; row += 1) {
    const fromRow = Math.min(height - 1, Math.max(0, row - down)) * width;
    for (let column = 0; column < width; column += 1) {
      const from = (fromRow + Math.min(width - 1, Math.max(0, column - right))) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        target[at] = image[from + channel] as number;
        at += 1;
      }
    }
  }
}
