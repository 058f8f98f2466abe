import { type RandomStream, randomStream } from "@fedloom/fl-strategy";
import { adjustImage } from "../augment.js";
import { type Samples, sampleSize } from "../dataset.js";
import type { FeatureSkew } from "./partition-options.js";
import { refuseOption } from "./require-option.js";
import { turnImage } from "./turn-image.js";

/** What one client's inputs look like beside the whole's: applied once, in this order, the same in every epoch. */
export interface ClientTransform {
  /** Degrees, counter-clockwise; what comes in repeats the border. */
  readonly rotation: number;
  /** Factor on the distance from the image's mean. */
  readonly contrast: number;
  /** Added to every value. */
  readonly brightness: number;
  /** Standard deviation of Gaussian noise added to every value. */
  readonly noise: number;
}

/**
 * Each client's transform. Noise rises from client to client (Li et al., 2022, "noise-based feature imbalance", with
 * standard deviations where they have variances); the other levels are dealt to the clients in orders drawn for each.
 * @throws TrainerError `invalid_option` that names the field.
 */
export function featureTransforms(
  options: FeatureSkew & { readonly numClients: number; readonly seed: number },
): ClientTransform[] {
  const { numClients, seed, noise = 0, brightness = 0, contrast = 0, rotation = 0 } = options;
  const limits = { noise: Infinity, brightness: Infinity, contrast: 1, rotation: 180 };
  for (const [name, value] of Object.entries({ noise, brightness, contrast, rotation })) {
    const limit = limits[name as keyof FeatureSkew];
    if (!(value >= 0 && value <= limit && Number.isFinite(value))) {
      refuseOption(name, limit === Infinity ? "a finite number >= 0" : `a number in [0, ${limit}]`, value);
    }
  }
  const levels = (name: string, most: number) => {
    // Adding 0 makes -0 into 0.
    const even = Array.from({ length: numClients }, (_, i) =>
      numClients === 1 ? 0 : most * ((2 * i) / (numClients - 1) - 1) + 0,
    );
    return randomStream(seed, "feature-skew", name).shuffle(even);
  };
  const turns = levels("rotation", rotation);
  const contrasts = levels("contrast", contrast);
  const lights = levels("brightness", brightness);
  return turns.map((turn, i) => ({
    rotation: turn,
    contrast: 1 + (contrasts[i] as number),
    brightness: lights[i] as number,
    noise: (noise * (i + 1)) / numClients,
  }));
}

export interface TransformSamplesOptions {
  readonly sampleShape: readonly number[];
  /** One for each part. */
  readonly transforms: readonly ClientTransform[];
  /** Of the noise. */
  readonly seed: number;
}

/**
 * A copy of the samples as the clients see them: those of each part have been through its client's transform. Values are
 * float32 then, and are not clipped.
 * @throws TrainerError `invalid_option` for samples in a file, and for turning what is no image.
 */
export function transformSamples(
  samples: Samples,
  parts: readonly Uint32Array[],
  { sampleShape, transforms, seed }: TransformSamplesOptions,
): Samples {
  if (transforms.length !== parts.length) {
    refuseOption("transforms", `one for each of ${parts.length} parts`, transforms.length);
  }
  requireTransformable(samples, { sampleShape, transforms });
  const features = floatsOf(samples);
  const size = sampleSize(sampleShape);
  const scratch = new Float32Array(size);
  for (const [client, part] of parts.entries()) {
    const transform = transforms[client] as ClientTransform;
    const random = randomStream(seed, "feature-skew", "noise", client);
    for (const index of part) {
      const image = features.subarray(index * size, (index + 1) * size);
      applyTransform(image, { transform, sampleShape, scratch, random });
    }
  }
  return { ...samples, features };
}

/** @throws TrainerError `invalid_option` as `transformSamples`, before the work is done. */
export function requireTransformable(
  { features }: Pick<Samples, "features">,
  { sampleShape, transforms }: Pick<TransformSamplesOptions, "sampleShape" | "transforms">,
): void {
  if (sampleShape.length !== 3 && transforms.some(({ rotation }) => rotation !== 0)) {
    refuseOption("rotation", "0 for samples that are no images", `[${sampleShape}]`);
  }
  if (features instanceof Float32Array || features instanceof Uint8Array) return;
  refuseOption(
    "feature",
    "samples in memory, since a client's transform makes new ones of them",
    features.path,
  );
}

interface Applied {
  readonly transform: ClientTransform;
  readonly sampleShape: readonly number[];
  readonly scratch: Float32Array;
  readonly random: RandomStream;
}

function applyTransform(image: Float32Array, { transform, sampleShape, scratch, random }: Applied): void {
  const { rotation, contrast, brightness, noise } = transform;
  if (rotation !== 0) {
    scratch.set(image);
    turnImage(image, scratch, { sampleShape, degrees: rotation });
  }
  if (contrast !== 1 || brightness !== 0) adjustImage(image, brightness, contrast);
  if (noise === 0) return;
  for (let i = 0; i < image.length; i += 1) image[i] = (image[i] as number) + noise * random.normal();
}

function floatsOf({ features }: Samples): Float32Array {
  if (features instanceof Float32Array) return features.slice();
  return Float32Array.from(features as Uint8Array, (byte) => byte / 255);
}
