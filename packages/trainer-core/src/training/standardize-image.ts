/** Keeps an image of one colour from being divided by nothing; in units of the pixel values. */
const SMALLEST_DEVIATION = 1e-3;

/** Shifts and scales an image in place to mean 0 and standard deviation 1, all channels together. */
export function standardizeImage(image: Float32Array): void {
  let sum = 0;
  for (const value of image) sum += value;
  const mean = sum / image.length;
  let squares = 0;
  for (const value of image) squares += (value - mean) * (value - mean);
  const scale = 1 / (Math.sqrt(squares / image.length) + SMALLEST_DEVIATION);
  for (let i = 0; i < image.length; i += 1) image[i] = ((image[i] as number) - mean) * scale;
}
