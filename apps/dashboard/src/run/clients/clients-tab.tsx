import { isOver } from "../../live/run-session.js";
import type { RunTabProps } from "../run-tab.js";
import { useClientsChoice } from "./clients-choice.js";
import { ClientsPanel } from "./clients-panel.js";
import { TimelinePanel } from "./timeline-panel.js";
import { useClientTotals } from "./use-client-totals.js";

/** Who did what: all rounds at a glance, and below it one round, or each client over the whole run. */
export function ClientsTab({ snapshot: { view, record }, state }: RunTabProps) {
  const [choice, choose] = useClientsChoice();
  const { runId } = record;
  const newest = Math.max(view.rounds.at(-1)?.round ?? 0, ...view.clients.keys());
  const isWanted = choice.over === "run" || choice.order !== "name";
  const totals = useClientTotals(runId, { isWanted, isOver: isOver(state) });
  const shown = choice.round !== undefined && choice.round <= newest ? choice.round : newest;
  // The newest round is followed, not pinned.
  const chooseRound = (round: number) =>
    choose({ round: round === newest ? undefined : round, over: "round" });
  const planned = view.totalRounds ?? (Number(record.config.num_rounds) || 0);
  if (newest === 0)
    return <p className="py-10 text-center text-muted">Clients appear when the first round begins.</p>;
  return (
    <div className="space-y-5">
      <TimelinePanel
        key={runId}
        runId={runId}
        view={view}
        newest={newest}
        numRounds={isOver(state) ? newest : Math.max(newest, planned)}
        shown={shown}
        totals={totals}
        choice={choice}
        onChange={choose}
        onChooseRound={chooseRound}
      />
      <ClientsPanel
        runId={runId}
        live={view.clients}
        newest={newest}
        shown={shown}
        totals={totals}
        choice={choice}
        onChange={choose}
        onChooseRound={chooseRound}
      />
    </div>
  );
}
