import { type RandomStream, randomStream } from "@fedloom/fl-strategy";
import type { Dataset, Samples } from "./dataset.js";
import { invalidOption } from "./invalid-data.js";
import { drawChest } from "./synthetic-chest.js";

export interface SyntheticXraysOptions {
  readonly seed: number;
  /** Default 4,000. */
  readonly numTrain?: number;
  /** Default 500. */
  readonly numVal?: number;
  /** Default 600. */
  readonly numTest?: number;
}

/** Side of the images in pixels, as in PneumoniaMNIST. */
const SIDE = 28;
/** Share of images with pneumonia: about that of PneumoniaMNIST's test split. */
const POSITIVE_SHARE = 0.62;

/**
 * Makes chest X-rays of 28x28 pixels, normal and pneumonia: drawn, not taken from anybody.
 *
 * Features are bytes. Equal seeds give equal images, bit for bit, on every machine. Some opacities are so faint, and some normal lungs so
 * cloudy, that no model can tell all of them apart.
 * @throws TrainerError `invalid_option` for a count that is not an integer >= 1.
 */
export function createSyntheticXrays(options: SyntheticXraysOptions): Dataset {
  const { seed, numTrain = 4000, numVal = 500, numTest = 600 } = options;
  return {
    name: "synthetic-chest-xrays",
    title: "synthetic chest X-rays",
    synthetic: true,
    sampleShape: [SIDE, SIDE, 1],
    classNames: ["normal", "pneumonia"],
    train: drawSamples("numTrain", numTrain, randomStream(seed, "synthetic-xrays", "train")),
    val: drawSamples("numVal", numVal, randomStream(seed, "synthetic-xrays", "val")),
    test: drawSamples("numTest", numTest, randomStream(seed, "synthetic-xrays", "test")),
  };
}

function drawSamples(option: string, numSamples: number, random: RandomStream): Samples {
  if (!Number.isInteger(numSamples) || numSamples < 1) {
    throw invalidOption(`${option}: expected an integer >= 1, got ${numSamples}`);
  }
  const features = new Uint8Array(numSamples * SIDE * SIDE);
  const labels = new Uint8Array(numSamples);
  for (let sample = 0; sample < numSamples; sample += 1) {
    const pneumonia = random.uniform() < POSITIVE_SHARE;
    labels[sample] = pneumonia ? 1 : 0;
    const image = features.subarray(sample * SIDE * SIDE, (sample + 1) * SIDE * SIDE);
    drawChest(image, { side: SIDE, pneumonia, random });
  }
  return { numSamples, features, labels };
}
