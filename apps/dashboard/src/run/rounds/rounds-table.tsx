import type { RoundView } from "../../live/run-view.js";
import { Link, runPath } from "../../router.js";
import { CopyButton } from "../../ui/copy-button.js";
import {
  formatBytes,
  formatCount,
  formatCountOf,
  formatMetric,
  formatMilliseconds,
} from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { ScrollBox } from "../../ui/scroll-box.js";
import { useRows } from "../../ui/use-rows.js";
import { epochColumns, federatedColumns, type RoundColumn, roundsCsv } from "./round-rows.js";

const ROW_HEIGHT = 33;
const FORMAT: Record<RoundColumn["kind"], (value: number | undefined) => string> = {
  count: formatCount,
  metric: formatMetric,
  ms: formatMilliseconds,
  bytes: formatBytes,
};
const BAD = ["rejected", "failed", "late"];

export interface RoundsTableProps {
  runId: string;
  rounds: readonly RoundView[];
  unit: "round" | "epoch";
}

/** Every round in numbers, the newest first. */
export function RoundsTable({ runId, rounds, unit }: RoundsTableProps) {
  const columns = unit === "round" ? federatedColumns : epochColumns;
  const { box, first, end, before, after } = useRows(rounds.length, ROW_HEIGHT);
  const title = unit === "round" ? "Rounds" : "Epochs";
  const shown: RoundView[] = [];
  for (let row = first; row < end; row += 1) shown.push(rounds[rounds.length - 1 - row] as RoundView);
  return (
    <Panel
      title={title}
      action={
        <div className="flex items-center gap-3 text-muted text-sm">
          {formatCountOf(rounds.length, unit)}
          <CopyButton text={() => roundsCsv(rounds, columns, unit)} label="Copy as CSV" />
        </div>
      }
    >
      <ScrollBox
        ref={box}
        className="max-h-112 overflow-auto rounded border border-line"
        label={`${title} in numbers`}
      >
        <table className="w-full text-right text-sm" aria-rowcount={rounds.length + 1}>
          <caption className="sr-only">{title}, the newest first</caption>
          <thead className="sticky top-0 bg-raised text-muted">
            <tr>
              <th scope="col" className="px-3 py-1.5 text-left font-medium">
                {unit === "round" ? "Round" : "Epoch"}
              </th>
              {columns.map(({ name, title: head, isSpare }) => (
                <th
                  key={name}
                  scope="col"
                  className={`whitespace-nowrap px-3 py-1.5 font-medium ${spare(isSpare)}`}
                >
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <tr style={{ height: before }} />}
            {shown.map((round, index) => (
              <tr key={round.round} aria-rowindex={first + index + 2} className="h-8.25 border-line border-t">
                <th scope="row" className="px-3 py-0 text-left font-normal">
                  {unit === "round" ? (
                    <Link
                      href={`${runPath(runId, "clients")}?round=${round.round}`}
                      className="rounded text-accent hover:underline"
                    >
                      {formatCount(round.round)}
                    </Link>
                  ) : (
                    formatCount(round.round)
                  )}
                </th>
                {columns.map((column) => (
                  <Cell key={column.name} column={column} round={round} />
                ))}
              </tr>
            ))}
            {after > 0 && <tr style={{ height: after }} />}
          </tbody>
        </table>
      </ScrollBox>
    </Panel>
  );
}

function Cell({ column: { name, kind, read, isSpare }, round }: { column: RoundColumn; round: RoundView }) {
  const value = read(round);
  const isBad = BAD.includes(name) && value !== undefined && value > 0;
  return (
    <td className={`whitespace-nowrap px-3 py-0 ${spare(isSpare)} ${isBad ? "font-medium text-bad" : ""}`}>
      {FORMAT[kind](value)}
    </td>
  );
}

function spare(isSpare: boolean | undefined): string {
  return isSpare ? "hidden md:table-cell" : "";
}
