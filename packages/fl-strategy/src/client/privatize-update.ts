import { StrategyError } from "../errors.js";
import { clipToNorm } from "../hooks/clip-update.js";
import { createGaussianNoise, type RandomBytes } from "../privacy/gaussian-noise.js";
import { requireKnownOptions, requireNumber } from "../require-option.js";
import type { Update } from "../update.js";
import { rangesOf } from "../weights/ranges.js";

export interface PrivatizeOptions {
  /** What the client started from. */
  readonly globalWeights: Float32Array;
  /** Longest difference from them, over all shared tensors; > 0. */
  readonly clipNorm: number;
  /**
   * Deviation of the noise on each element, > 0: `gaussianSigma({ epsilon, delta, sensitivity })` with the sensitivity
   * 2 clipNorm, times the root of the number of rounds that the client will take part in.
   */
  readonly sigma: number;
  /** Where random bytes come from; default `crypto.getRandomValues`. */
  readonly source?: RandomBytes;
}

/**
 * Local differential privacy: clips a client's update and adds noise before it leaves the client. Metrics and sample count
 * are sent as they are. Compress after it, not before.
 * @throws StrategyError `invalid_option`, or `wrong_update` for values that are not finite.
 */
export function privatizeUpdate(update: Update, options: PrivatizeOptions): Update {
  requireKnownOptions("privatizeUpdate", options, ["globalWeights", "clipNorm", "sigma", "source"]);
  const { globalWeights } = options;
  const clipNorm = requireNumber("clipNorm", options.clipNorm, "a finite number > 0");
  const sigma = requireNumber("sigma", options.sigma, "a finite number > 0");
  const { layout, round } = update;
  const result = clipToNorm(update, clipNorm, { layout, round, globalWeights });
  if ("refuse" in result) throw new StrategyError("wrong_update", result.refuse.message);
  const { form, values: clipped } = result.update;
  const noise = createGaussianNoise(options.source);
  const values = clipped.slice();
  for (const { start, end } of rangesOf(layout, "shared")) {
    const noised = Float64Array.from(
      clipped.subarray(start, end),
      (value, i) => value - (form === "weights" ? (globalWeights[start + i] as number) : 0),
    );
    noise.fill(noised, sigma);
    values.set(noised, start);
  }
  return { ...result.update, form: "delta", values };
}
