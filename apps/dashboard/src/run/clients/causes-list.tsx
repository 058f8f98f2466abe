import { useMemo } from "react";
import type { ClientsOfRound } from "../../live/run-view.js";
import { formatCountOf } from "../../ui/format.js";
import { causesOf } from "./causes-of.js";
import { clientStatus } from "./client-status.js";

/** Most causes that are listed. */
const MAX_SHOWN = 10;

/** Why clients of a round did not count, each cause once and in full. */
export function CausesList({ clients }: { clients: ClientsOfRound }) {
  const causes = useMemo(() => causesOf(clients.values()), [clients]);
  if (causes.length === 0) return null;
  return (
    <div className="mt-3 border-line border-t pt-3 text-sm">
      <h3 className="font-medium">Causes</h3>
      <ul className="mt-1 space-y-1">
        {causes.slice(0, MAX_SHOWN).map(({ status, error, numClients }) => (
          <li key={`${status} ${error}`} className="[overflow-wrap:anywhere]">
            <span className={clientStatus[status].colour}>
              {formatCountOf(numClients, "client")} {clientStatus[status].label}:
            </span>{" "}
            <bdi>{error}</bdi>
          </li>
        ))}
        {causes.length > MAX_SHOWN && (
          <li className="text-muted">and {formatCountOf(causes.length - MAX_SHOWN, "other cause")}</li>
        )}
      </ul>
    </div>
  );
}
