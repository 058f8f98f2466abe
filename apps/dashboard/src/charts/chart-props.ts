/** A colour token of app.css without its dashes: what a line stands for, or one of eight that only tell lines apart. */
export type ChartColour =
  | "train"
  | "validation"
  | "test"
  | "muted"
  | "series-1"
  | "series-2"
  | "series-3"
  | "series-4"
  | "series-5"
  | "series-6"
  | "series-7"
  | "series-8";

/** One line; `x` rises, and `y` has one entry for each x, null where there is a gap. */
export interface ChartLine {
  /** Stays the same while values are added. */
  key: string;
  label: string;
  colour: ChartColour;
  dashed?: boolean;
  x: readonly number[];
  y: readonly (number | null)[];
  /** How many values there are in all, where these are a choice of them. */
  numPoints?: number;
}

/** Where many values lie, drawn faintly behind the lines. */
export interface ChartBand {
  key: string;
  label: string;
  colour: ChartColour;
  x: readonly number[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

/** Something that happened at one x, drawn as a line from top to bottom with a word. */
export interface ChartMark {
  x: number;
  label: string;
  tone: "info" | "warn" | "bad";
}

/** What x counts, and so how it is written: a time is in ms since 1970, a duration in seconds. */
export type ChartX = "round" | "epoch" | "step" | "time" | "duration" | "bytes" | "samples";

export interface ChartProps {
  title: string;
  /** What x counts. */
  x: ChartX;
  yLabel: string;
  /** Writes a value, in the legend, at the axis and in the table. */
  format: (value: number | undefined) => string;
  lines: readonly ChartLine[];
  bands?: readonly ChartBand[];
  marks?: readonly ChartMark[];
  /** The x axis has room up to here, whatever was measured yet. */
  lastX?: number | undefined;
  /** Bounds of y where they are known, such as 0 to 100 for percent; else they follow the values. */
  yRange?: readonly [number, number];
  /** Values never leave 0 to 1. */
  isShare?: boolean;
  /** Said in place of lines when there are none yet. */
  empty: string;
  /** In px; 240. */
  height?: number;
  /** Called with the part of x that was drawn over with the mouse, or undefined for the whole again. */
  onZoom?: (range: readonly [number, number] | undefined) => void;
  /** Called with the x that was chosen by a click. */
  onChoose?: (x: number) => void;
}
