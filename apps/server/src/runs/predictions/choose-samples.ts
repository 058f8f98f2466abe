import type { PredictionsQuery } from "@fedloom/protocol";
import type { PredictedPart } from "./predicted-part.js";

type Choice = Pick<PredictionsQuery, "filter" | "label" | "predicted" | "sort">;

/** The samples that a query is about, in its order; equal ones as they stand in the data. */
export function chooseSamples(part: PredictedPart, { filter, label, predicted, sort }: Choice): number[] {
  const { labels } = part.predictions;
  const chosen: number[] = [];
  for (const [i, actual] of labels.entries()) {
    const said = part.predicted[i];
    if (label !== undefined && actual !== label) continue;
    if (predicted !== undefined && said !== predicted) continue;
    if (filter !== "all" && (actual === said) !== (filter === "correct")) continue;
    chosen.push(i);
  }
  if (sort === "index") return chosen;
  const { losses, confidences } = part;
  // NaN has no place in an order: from a model that has diverged it is the worst there is.
  const doubt =
    sort === "loss" ? (i: number) => losses[i] as number : (i: number) => -(confidences[i] as number);
  const worth = (i: number) => (Number.isNaN(doubt(i)) ? Number.POSITIVE_INFINITY : doubt(i));
  return chosen.sort((a, b) => {
    const [first, second] = [worth(a), worth(b)];
    return first === second ? a - b : second - first;
  });
}
