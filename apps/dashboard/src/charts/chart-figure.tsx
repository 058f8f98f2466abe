import { useState } from "react";
import { formatMetric } from "../ui/format.js";
import { Panel } from "../ui/panel.js";
import { ChartLegend } from "./chart-legend.js";
import type { ChartSeries } from "./chart-series.js";
import { ChartTable } from "./chart-table.js";
import { Plot } from "./plot.js";

export interface ChartFigureProps {
  title: string;
  /** What x counts. */
  unit: "round" | "epoch";
  yLabel: string;
  rounds: readonly number[];
  series: readonly ChartSeries[];
  /** The last round the run plans. */
  lastRound: number;
  isShare?: boolean;
}

/** A chart over rounds with legend and, on demand, the same numbers as a table. */
export function ChartFigure(props: ChartFigureProps) {
  const { title, unit, yLabel, rounds, series, lastRound, isShare = false } = props;
  const [asTable, setAsTable] = useState(false);
  const [pointedAt, setPointedAt] = useState<number | null>(null);
  const toggle = (
    <button
      type="button"
      aria-pressed={asTable}
      onClick={() => setAsTable(!asTable)}
      className="-mr-1.5 rounded px-1.5 py-0.5 text-accent text-sm hover:underline"
    >
      {asTable ? "Show as chart" : "Show as table"}
      <span className="sr-only">: {title}</span>
    </button>
  );
  return (
    <Panel title={title} action={toggle}>
      {asTable ? (
        <ChartTable title={title} unit={unit} rounds={rounds} series={series} />
      ) : (
        <figure role="img" aria-label={summary(title, unit, series)} className="min-w-0">
          <figcaption className="mb-2 min-h-6 lg:min-h-13">
            <ChartLegend series={series} at={pointedAt} />
          </figcaption>
          <div className="relative">
            <Plot
              rounds={rounds}
              series={series}
              lastRound={lastRound}
              unit={unit}
              yLabel={yLabel}
              isShare={isShare}
              onHover={setPointedAt}
            />
            {series.length === 0 && (
              <p className="absolute inset-0 grid place-items-center text-muted text-sm">
                Drawn when the first {unit} is over
              </p>
            )}
          </div>
        </figure>
      )}
    </Panel>
  );
}

function summary(title: string, unit: string, series: readonly ChartSeries[]): string {
  const latest = series.map(({ label, values }) => {
    const value = values.findLast((entry) => entry !== null) ?? undefined;
    return `${label} ${formatMetric(value)}`;
  });
  return latest.length === 0
    ? `${title} per ${unit}: no values yet`
    : `${title} per ${unit}. Latest: ${latest.join("; ")}`;
}
