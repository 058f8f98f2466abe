import { useMemo } from "react";
import { CopyButton } from "../ui/copy-button.js";
import { formatCount } from "../ui/format.js";
import { ScrollBox } from "../ui/scroll-box.js";
import { useRows } from "../ui/use-rows.js";
import { chartCsv } from "./chart-csv.js";
import type { ChartProps } from "./chart-props.js";
import { xKinds } from "./chart-x.js";
import { joinColumns } from "./join-columns.js";

const ROW_HEIGHT = 29;

/** The same numbers as the chart, as a table. */
export function ChartTable({
  title,
  x: kind,
  lines,
  format,
}: Pick<ChartProps, "title" | "x" | "lines" | "format">) {
  const { x, columns } = useMemo(() => joinColumns(lines), [lines]);
  const { box, first, end, before, after } = useRows(x.length, ROW_HEIGHT);
  return (
    <>
      <ScrollBox
        ref={box}
        className="max-h-72 overflow-auto rounded border border-line"
        label={`${title}, as a table`}
      >
        <table className="w-full text-right text-sm" aria-rowcount={x.length + 1}>
          <caption className="sr-only">{title}</caption>
          <thead className="sticky top-0 bg-raised text-muted">
            <tr>
              <th scope="col" className="px-3 py-1.5 text-left font-medium">
                {xKinds[kind].head}
              </th>
              {lines.map(({ key, label }) => (
                <th
                  key={key}
                  scope="col"
                  className="min-w-20 px-3 py-1.5 font-medium [overflow-wrap:anywhere]"
                >
                  <bdi>{label}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Room height={before} />
            {x.slice(first, end).map((value, index) => (
              <tr key={value} aria-rowindex={first + index + 2} className="h-7.25 border-line border-t">
                <th scope="row" className="whitespace-nowrap px-3 py-0 text-left font-normal">
                  {kind === "round" || kind === "epoch" || kind === "step"
                    ? formatCount(value)
                    : xKinds[kind].write(value)}
                </th>
                {columns.map((column, line) => (
                  <td key={lines[line]?.key} className="px-3 py-0">
                    {format(column[first + index] ?? undefined)}
                  </td>
                ))}
              </tr>
            ))}
            <Room height={after} />
          </tbody>
        </table>
      </ScrollBox>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-2 text-muted text-sm">
        <span>{formatCount(x.length)} rows</span>
        <CopyButton text={() => chartCsv(lines, kind)} label="Copy as CSV" />
      </div>
    </>
  );
}

/** Stands for rows that are out of sight. */
function Room({ height }: { height: number }) {
  return height === 0 ? null : (
    <tr>
      <td style={{ height, padding: 0 }} />
    </tr>
  );
}
