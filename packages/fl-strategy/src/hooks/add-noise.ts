import type { Description } from "../description.js";
import type { AggregateHook } from "../hooks.js";
import { createGaussianNoise, type RandomBytes } from "../privacy/gaussian-noise.js";
import { refuseOption, requireKnownOptions, requireNumber } from "../require-option.js";
import { rangesOf } from "../weights/ranges.js";

export interface AddNoiseOptions {
  /** Standard deviation of the noise on each element of the aggregated difference; >= 0. */
  readonly sigma: number;
  /** Where random bytes come from; default `crypto.getRandomValues`. */
  readonly source?: RandomBytes;
}

export const addNoiseDescription: Description<Omit<AddNoiseOptions, "source">> = {
  title: "Add noise",
  about:
    "Adds normal noise to each round's aggregate, without an account of the privacy that it gives. Two runs with it are never equal.",
  options: {
    sigma: {
      kind: "number",
      about: "Standard deviation of the noise on the movement of each weight.",
      isRequired: true,
      min: 0,
    },
  },
};

/**
 * Adds independent normal noise to every shared element of the aggregated difference, in float64, before the strategy
 * applies it: the Gaussian mechanism on the aggregate (Dwork and Roth 2014, appendix A), "weak differential privacy" in
 * Sun et al. 2019, section 4. It keeps no account of privacy. With the default source two runs are never equal.
 * @throws StrategyError `invalid_option` for a sigma that is no finite number >= 0 or a source without `fill`,
 * `invalid_random` without a source of randomness.
 */
export function addNoise(options: AddNoiseOptions): AggregateHook<null> {
  requireKnownOptions("add-noise", options, ["sigma", "source"]);
  const sigma = requireNumber("sigma", options.sigma, "a finite number >= 0");
  const { source } = options;
  if (source !== undefined && typeof source?.fill !== "function") {
    refuseOption("source", "an object with a method fill(bytes)", source);
  }
  const noise = createGaussianNoise(source);
  return {
    name: "add-noise",
    // Without its noise an aggregate must not come out.
    onThrow: "skip-round",
    init: () => null,
    afterAggregate(delta, { round }) {
      if (sigma === 0) return undefined;
      const replace = delta.slice();
      for (const { start, end } of rangesOf(round.layout, "shared")) {
        noise.fill(replace.subarray(start, end), sigma);
      }
      return { replace };
    },
  };
}
