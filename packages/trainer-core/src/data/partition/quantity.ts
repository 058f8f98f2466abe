import { portableLog, type RandomStream } from "@fedloom/fl-strategy";
import type { PowerLawOptions, QuantityOptions } from "./partition-options.js";
import { redraw } from "./redraw.js";
import { refuseOption, requirePositive } from "./require-option.js";
import { cutIntoSizes, drawShares, largestRemainder, sharesOf, shuffledIndices } from "./sizes.js";

export function quantity(labels: Uint8Array, options: QuantityOptions, random: RandomStream): Uint32Array[] {
  const { alpha, numClients } = options;
  requirePositive("alpha", alpha);
  const concentrations = new Array<number>(numClients).fill(alpha);
  const draw = () => {
    const sizes = largestRemainder(drawShares(concentrations, random), labels.length);
    return cutIntoSizes(shuffledIndices(labels.length, random), sizes);
  };
  return redraw(draw, { ...options, advice: `a larger alpha (now ${alpha}) or fewer clients` });
}

export function powerLaw(labels: Uint8Array, options: PowerLawOptions, random: RandomStream): Uint32Array[] {
  const { exponent, numClients, minSize = 1 } = options;
  if (!(exponent >= 0 && Number.isFinite(exponent))) {
    refuseOption("exponent", "a finite number >= 0", exponent);
  }
  const logs = Array.from({ length: numClients }, (_, i) => exponent * portableLog(i + 1));
  const sizes = largestRemainder(sharesOf(logs), labels.length);
  const draw = () => cutIntoSizes(shuffledIndices(labels.length, random), sizes);
  return redraw(draw, {
    minSize,
    maxTries: 1,
    advice: `a smaller exponent (now ${exponent}) or fewer clients`,
  });
}
