import { portableSinCos } from "../sin-cos.js";

export interface TurnOptions {
  /** Height, width and channels. */
  readonly sampleShape: readonly number[];
  /** Counter-clockwise, in [-180, 180]. */
  readonly degrees: number;
}

/** Writes a copy of `image` to `target` that is turned about its centre, by bilinear interpolation; the border repeats. */
export function turnImage(target: Float32Array, image: Float32Array, options: TurnOptions): void {
  const [height = 1, width = 1, channels = 1] = options.sampleShape;
  const [sine, cosine] = sineAndCosine(options.degrees);
  const middleRow = (height - 1) / 2;
  const middleColumn = (width - 1) / 2;
  let at = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const down = row - middleRow;
      const right = column - middleColumn;
      const fromRow = clamp(middleRow + cosine * down + sine * right, height - 1);
      const fromColumn = clamp(middleColumn + cosine * right - sine * down, width - 1);
      const top = Math.floor(fromRow);
      const left = Math.floor(fromColumn);
      const y = fromRow - top;
      const x = fromColumn - left;
      const upper = (top * width + left) * channels;
      // At the last row or column the second neighbour has no weight: any place that exists will do.
      const lower = y > 0 ? upper + width * channels : upper;
      const next = x > 0 ? channels : 0;
      for (let channel = 0; channel < channels; channel += 1) {
        const above = mix(image[upper + channel] as number, image[upper + next + channel] as number, x);
        const below = mix(image[lower + channel] as number, image[lower + next + channel] as number, x);
        target[at] = mix(above, below, y);
        at += 1;
      }
    }
  }
}

function clamp(place: number, most: number): number {
  return Math.min(most, Math.max(0, place));
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** Exact for quarter turns, so that those move pixels and mix none. */
function sineAndCosine(degrees: number): [number, number] {
  const quarters = Math.round(degrees / 90);
  const rest = portableSinCos(((degrees - quarters * 90) * Math.PI) / 180);
  let [sine, cosine] = [rest.sin, rest.cos];
  for (let turn = ((quarters % 4) + 4) % 4; turn > 0; turn -= 1) [sine, cosine] = [cosine, -sine];
  return [sine, cosine];
}
