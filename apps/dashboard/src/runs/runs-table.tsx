import type { RunRecord } from "@fedloom/protocol";
import { useNow } from "../ui/use-now.js";
import { RunRow } from "./run-row.js";

const COLUMNS = [
  { title: "Run", className: "pl-4" },
  { title: "State", className: "hidden sm:table-cell" },
  { title: "Strategy", className: "hidden lg:table-cell" },
  { title: "Clients", className: "hidden text-right lg:table-cell" },
  { title: "Rounds", className: "hidden text-right lg:table-cell" },
  { title: "Data", className: "hidden md:table-cell" },
  { title: "Test AUC", className: "text-right" },
  { title: "Started", className: "hidden sm:table-cell" },
  { title: "Duration", className: "hidden text-right lg:table-cell pr-4" },
];

export function RunsTable({ runs }: { runs: readonly RunRecord[] }) {
  const now = useNow(runs.some(({ state }) => state === "running"));
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table className="w-full text-sm">
        <caption className="sr-only">Runs, newest first</caption>
        <thead>
          <tr className="text-left text-muted text-xs">
            {COLUMNS.map(({ title, className = "" }) => (
              <th key={title} scope="col" className={`px-3 py-2 font-medium whitespace-nowrap ${className}`}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.runId} run={run} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
