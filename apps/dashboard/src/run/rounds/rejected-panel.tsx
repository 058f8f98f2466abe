import { useMemo } from "react";
import type { RunView } from "../../live/run-view.js";
import { Link, runPath } from "../../router.js";
import { formatCount, formatCountOf } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { causes } from "./rejected-updates.js";

const WORD = { rejected: "rejected", failed: "failed", timeout: "late" };
const MAX_CAUSES = 20;

/** Updates that did not count, by cause; nothing where all counted. */
export function RejectedPanel({ runId, clients }: { runId: string; clients: RunView["clients"] }) {
  const found = useMemo(() => causes(clients), [clients]);
  if (found.length === 0) return null;
  return (
    <Panel title="Updates that did not count">
      <ul className="divide-y divide-line text-sm">
        {found.slice(0, MAX_CAUSES).map(({ status, error, number, examples }) => (
          <li
            key={`${status} ${error}`}
            className="grid gap-x-4 py-2 first:pt-0 last:pb-0 sm:grid-cols-[7rem_1fr]"
          >
            <p className={status === "failed" ? "font-medium text-bad" : "font-medium text-warn"}>
              {formatCount(number)} {WORD[status]}
            </p>
            <div className="min-w-0">
              <bdi className="[overflow-wrap:anywhere]">{error}</bdi>
              <p className="text-muted [overflow-wrap:anywhere]">
                {examples.map(({ round, clientId }, index) => (
                  <span key={`${round} ${clientId}`}>
                    {index > 0 && ", "}
                    <Link
                      href={`${runPath(runId, "clients")}?${new URLSearchParams({ round: String(round), client: clientId })}`}
                      className="rounded text-accent hover:underline"
                    >
                      <bdi>{clientId}</bdi> in round {formatCount(round)}
                    </Link>
                  </span>
                ))}
                {number > examples.length && ` and ${formatCountOf(number - examples.length, "other")}`}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-muted text-xs">
        {found.length > MAX_CAUSES && `${formatCount(MAX_CAUSES)} of ${formatCount(found.length)} causes. `}
        Of the rounds whose clients this page knows, {formatCount(clients.size)} of them.
      </p>
    </Panel>
  );
}
