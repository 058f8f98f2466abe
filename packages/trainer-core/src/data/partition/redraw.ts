import { TrainerError } from "../../errors.js";
import { requireCount } from "./require-option.js";

export interface RedrawOptions {
  readonly minSize?: number;
  readonly maxTries?: number;
  /** What would make success likelier. */
  readonly advice: string;
}

/**
 * Draws until every part has `minSize` samples.
 * @throws TrainerError `partition_failed` when no draw of `maxTries` does.
 */
export function redraw(draw: () => Uint32Array[], options: RedrawOptions): Uint32Array[] {
  const { minSize = 10, maxTries = 10, advice } = options;
  requireCount("minSize", minSize);
  requireCount("maxTries", maxTries);
  let best = -1;
  let numClients = 0;
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const parts = draw();
    const smallest = parts.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
    if (smallest >= minSize) return parts;
    best = Math.max(best, smallest);
    numClients = parts.length;
  }
  throw new TrainerError(
    "partition_failed",
    `partition: expected at least ${minSize} samples for each of ${numClients} clients, got ${best} for the smallest ` +
      `in the best of ${maxTries} draws; ${advice} would help`,
  );
}
