import { lastOf } from "./chart-legend.js";
import type { ChartProps } from "./chart-props.js";
import { xKinds } from "./chart-x.js";
import type { Readout } from "./read-out.js";

type Summed = Pick<ChartProps, "title" | "x" | "format" | "lines" | "marks" | "empty">;

/** A chart in words: its latest values, and what is marked in it. */
export function chartSummary({ title, x, format, lines, marks = [], empty }: Summed): string {
  if (lines.length === 0) return `${title}: ${empty}`;
  const latest = lines.map(({ label, y }) => `${label} ${format(lastOf(y))}`);
  const marked = marks.map((mark) => `${mark.label} at ${xKinds[x].write(mark.x)}`);
  return [`${title} by ${xKinds[x].label || "time"}. Latest: ${latest.join("; ")}`, ...marked].join(". ");
}

/** Values at one x in words, of lines that are shown and have one there. */
export function readoutText(
  readout: Readout,
  { x, format, lines, marks = [], hidden }: Omit<Summed, "title" | "empty"> & { hidden: ReadonlySet<string> },
): string {
  const values = lines.flatMap(({ key, label }, index) => {
    const value = readout.values[index];
    return hidden.has(key) || value === undefined ? [] : [`${label} ${format(value ?? undefined)}`];
  });
  const marked = marks.filter((mark) => mark.x === readout.x).map(({ label }) => label);
  return [xKinds[x].write(readout.x), ...values, ...marked].join("; ");
}
