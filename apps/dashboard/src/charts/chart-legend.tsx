import { formatMetric } from "../ui/format.js";
import type { ChartSeries, SeriesColour } from "./chart-series.js";

const COLOUR: Record<SeriesColour, string> = {
  train: "text-train",
  validation: "text-validation",
  test: "text-test",
};

/** Names the lines, with their values at the round that is pointed at, or at the last one. */
export function ChartLegend({ series, at }: { series: readonly ChartSeries[]; at: number | null }) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
      {series.map(({ label, colour, dashed, values }) => (
        <li key={label} className="flex items-center gap-2">
          <svg viewBox="0 0 22 8" className={`w-5.5 ${COLOUR[colour]}`} aria-hidden="true">
            <line
              x2="22"
              y1="4"
              y2="4"
              stroke="currentColor"
              strokeWidth="2.5"
              {...(dashed && { strokeDasharray: "6 3" })}
            />
          </svg>
          <span className="text-muted">{label}</span>
          <span className="font-medium">{formatMetric(valueAt(values, at))}</span>
        </li>
      ))}
    </ul>
  );
}

function valueAt(values: ChartSeries["values"], at: number | null): number | undefined {
  const value = at === null ? values.findLast((entry) => entry !== null) : values[at];
  return value ?? undefined;
}
