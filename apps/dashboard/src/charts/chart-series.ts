/** A colour token of app.css; each stands for one split of the data in every chart. */
export type SeriesColour = "train" | "validation" | "test";

/** One line of a chart; `values` has one entry per x, null where there is none. */
export interface ChartSeries {
  label: string;
  colour: SeriesColour;
  dashed?: boolean;
  values: readonly (number | null)[];
}
