import { heatColour } from "./heat-colours.js";

/** The bytes of a base64 text. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** An image of bytes as a canvas takes it: three channels are colours; of any other number the first is grey. */
export function imageColours(pixels: Uint8Array, numChannels: number): Uint8ClampedArray<ArrayBuffer> {
  const numPixels = Math.floor(pixels.length / numChannels);
  const colours = new Uint8ClampedArray(numPixels * 4);
  const isColoured = numChannels === 3;
  for (let i = 0; i < numPixels; i += 1) {
    const from = i * numChannels;
    for (const channel of [0, 1, 2])
      colours[i * 4 + channel] = pixels[from + (isColoured ? channel : 0)] as number;
    colours[i * 4 + 3] = 255;
  }
  return colours;
}

/** A map of heat to be laid over an image: what is cold lets the image through. */
export function heatColours(heat: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const colours = new Uint8ClampedArray(heat.length * 4);
  for (const [i, value] of heat.entries()) {
    colours.set(heatColour(value), i * 4);
    colours[i * 4 + 3] = value;
  }
  return colours;
}
