import { StrategyError } from "../errors.js";
import { requireNumber } from "../require-option.js";

/** What one step of adaptive clipping starts from. */
export interface AdaptiveClipStep {
  /** The clip norm C of the round that has just ended. */
  readonly clipNorm: number;
  /** How many updates were at or below the clip norm, noise already added: unclipped ones, not clipped ones. */
  readonly noisedUnclipped: number;
  /** The planned number of clients m, not that of the arrivals. */
  readonly plannedClients: number;
  /** Step size eta; default 0.2. */
  readonly learningRate?: number;
  /** The share gamma of updates that should stay unclipped; default 0.5. */
  readonly targetQuantile?: number;
}

/**
 * The clip norm of the next round, C exp(-eta (b - gamma)) with b the noised unclipped share, held to [0, 1] (Andrew et
 * al. 2021, Algorithm 1). The noise of the round that has just ended uses the old norm.
 * @throws StrategyError `invalid_option` for a norm or plan not > 0, a count that is no finite number, a negative step
 * size or a quantile outside [0, 1].
 */
export function nextClipNorm({
  clipNorm,
  noisedUnclipped,
  plannedClients,
  learningRate = 0.2,
  targetQuantile = 0.5,
}: AdaptiveClipStep): number {
  requireNumber("clipNorm", clipNorm, "a finite number > 0");
  requireNumber("noisedUnclipped", noisedUnclipped, "a finite number");
  requireNumber("plannedClients", plannedClients, "a finite number > 0");
  requireNumber("learningRate", learningRate, "a finite number >= 0");
  requireNumber("targetQuantile", targetQuantile, "a number in [0, 1]");
  const share = Math.min(1, Math.max(0, noisedUnclipped / plannedClients));
  return clipNorm * Math.exp(-learningRate * (share - targetQuantile));
}

/**
 * The noise multiplier of the updates, (z^-2 - (2 s)^-2)^(-1/2), so that they and the unclipped count with noise of
 * standard deviation s = `countNoise` cost together what `noiseMultiplier` z alone would (Andrew et al. 2021, Theorem
 * 1; 2 s because the count, centred on one half, changes by one half). The ledger records z.
 * @throws StrategyError `invalid_option` for numbers that are not > 0 or a count noise of z / 2 or less.
 */
export function noiseMultiplierForUpdates({
  noiseMultiplier,
  countNoise,
}: {
  readonly noiseMultiplier: number;
  readonly countNoise: number;
}): number {
  requireNumber("noiseMultiplier", noiseMultiplier, "a finite number > 0");
  requireNumber("countNoise", countNoise, "a finite number > 0");
  if (noiseMultiplier >= 2 * countNoise) {
    throw new StrategyError(
      "invalid_option",
      `countNoise: expected more than half of noiseMultiplier ${noiseMultiplier}, got ${countNoise}`,
    );
  }
  // 1 / sqrt(z^-2 - (2 s)^-2), in a form that neither overflows nor cancels
  const share = noiseMultiplier / (2 * countNoise);
  return noiseMultiplier / Math.sqrt((1 - share) * (1 + share));
}
