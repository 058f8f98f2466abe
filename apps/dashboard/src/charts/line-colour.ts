import type { ChartColour } from "./chart-props.js";

/** Text classes of the colours: what is drawn in them is drawn in the text's own colour. */
export const lineColour: Record<ChartColour, string> = {
  train: "text-train",
  validation: "text-validation",
  test: "text-test",
  muted: "text-muted",
  "series-1": "text-series-1",
  "series-2": "text-series-2",
  "series-3": "text-series-3",
  "series-4": "text-series-4",
  "series-5": "text-series-5",
  "series-6": "text-series-6",
  "series-7": "text-series-7",
  "series-8": "text-series-8",
};
