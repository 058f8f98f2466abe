import { formatMetric } from "../ui/format.js";
import type { ChartSeries } from "./chart-series.js";

/** The same numbers as the chart, as a table. */
export function ChartTable(props: {
  title: string;
  unit: "round" | "epoch";
  rounds: readonly number[];
  series: readonly ChartSeries[];
}) {
  const { title, unit, rounds, series } = props;
  return (
    <section
      className="max-h-72 overflow-auto rounded border border-line"
      aria-label={`${title}, as a table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table className="w-full text-right text-sm">
        <caption className="sr-only">{title}</caption>
        <thead className="sticky top-0 bg-raised text-muted">
          <tr>
            <th scope="col" className="px-3 py-1.5 text-left font-medium">
              {unit === "round" ? "Round" : "Epoch"}
            </th>
            {series.map(({ label }) => (
              <th key={label} scope="col" className="px-3 py-1.5 font-medium">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rounds.map((round, index) => (
            <tr key={round} className="border-line border-t">
              <th scope="row" className="px-3 py-1 text-left font-normal">
                {round}
              </th>
              {series.map(({ label, values }) => (
                <td key={label} className="px-3 py-1">
                  {formatMetric(values[index] ?? undefined)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
