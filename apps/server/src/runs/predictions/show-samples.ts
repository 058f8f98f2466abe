import type { Prediction, PredictionsQuery } from "@fedloom/protocol";
import { activationImage, sampleSize, sampleValues } from "@fedloom/trainer-core";
import type { ClassActivation } from "@fedloom/trainer-core/tfjs";
import type { PredictedPart } from "./predicted-part.js";

export interface ShowOptions {
  readonly part: PredictedPart;
  readonly sampleShape: readonly number[];
  /** For models that can show where they look. */
  readonly activation: ClassActivation | undefined;
  readonly activationOf: PredictionsQuery["activation_of"];
}

/** Everything there is to say of some samples: of images what they look like, too. */
export async function showSamples(indices: readonly number[], options: ShowOptions): Promise<Prediction[]> {
  const said = indices.map((index) => saidOf(index, options.part));
  const { part, sampleShape, activation, activationOf } = options;
  if (sampleShape.length !== 3 || indices.length === 0) return said;
  const size = sampleSize(sampleShape);
  const values = sampleValues(part.samples, indices, size);
  const shown = said.map((sample, i) => ({
    ...sample,
    pixels: toBase64(pixelsOf(values.subarray(i * size, (i + 1) * size))),
  }));
  if (!activation) return shown;
  const classes = said.map(({ predicted }) => (activationOf === "predicted" ? predicted : activationOf));
  const maps = await activation.mapsOf(values, classes);
  const places = activation.height * activation.width;
  const [height = 0, width = 0] = sampleShape;
  return shown.map((sample, i) => {
    const map = maps.subarray(i * places, (i + 1) * places);
    const pixels = toBase64(activationImage(map, activation, { height, width }));
    return { ...sample, activation: { label: classes[i] as number, pixels } };
  });
}

function saidOf(index: number, part: PredictedPart): Prediction {
  const { outputs, labels, numOutputs } = part.predictions;
  return {
    index,
    label: labels[index] as number,
    predicted: part.predicted[index] as number,
    probabilities: Array.from(outputs.subarray(index * numOutputs, (index + 1) * numOutputs), numberOrNull),
    confidence: numberOrNull(part.confidences[index] as number),
    loss: numberOrNull(part.losses[index] as number),
  };
}

function pixelsOf(values: Float32Array): Uint8Array {
  return Uint8Array.from(Uint8ClampedArray.from(values, (value) => value * 255));
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
