import { useMemo } from "react";
import type { ClientsOfRound, RunView } from "../../live/run-view.js";
import { Button } from "../../ui/button.js";
import { Choice } from "../../ui/choice.js";
import { formatCount } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { CausesList } from "./causes-list.js";
import type { ClientsChoice, ShownClients } from "./clients-choice.js";
import { outliersOf } from "./outliers.js";
import { isProblem, RoundTable } from "./round-table.js";
import { RunTable } from "./run-table.js";
import type { AskedTotals } from "./use-client-totals.js";
import { useClientsOfRound } from "./use-clients-of-round.js";

const none: ClientsOfRound = new Map();

export interface ClientsPanelProps {
  runId: string;
  live: RunView["clients"];
  newest: number;
  shown: number;
  totals: AskedTotals;
  choice: ClientsChoice;
  onChange: (changes: Partial<ClientsChoice>) => void;
  onChooseRound: (round: number) => void;
}

/** The clients of one round, or each client over the whole run, as a table. */
export function ClientsPanel(props: ClientsPanelProps) {
  const { runId, live, newest, shown, totals, choice, onChange, onChooseRound } = props;
  const isOfRound = choice.over === "round";
  const { clients = none, error } = useClientsOfRound(runId, isOfRound ? shown : undefined, live);
  const outliers = useMemo(() => outliersOf(clients.values()), [clients]);
  const counts = useMemo(
    () => ({
      all: clients.size,
      problems: [...clients.values()].filter(isProblem).length,
      outliers: outliers.size,
    }),
    [clients, outliers],
  );
  const failure = isOfRound ? error : totals.error;
  return (
    <Panel
      title={isOfRound ? `Clients in round ${shown}` : "Clients over the whole run"}
      action={isOfRound && <RoundStepper newest={newest} shown={shown} onChoose={onChooseRound} />}
    >
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <Choice
          label="What the table is about"
          options={[
            { value: "round", label: "One round" },
            { value: "run", label: "Whole run" },
          ]}
          value={choice.over}
          onChange={(over) => onChange({ over, sort: "", isDown: false, only: "all" })}
        />
        <Choice
          label="Which clients"
          options={filtersOf(isOfRound ? counts : undefined)}
          value={choice.only}
          onChange={(only) => onChange({ only })}
        />
      </div>
      {failure && (
        <p role="status" className="py-6 text-center text-sm text-warn">
          The clients could not be read: {failure.message}.
        </p>
      )}
      {isOfRound && !failure && clients.size === 0 && <Reading />}
      {!isOfRound && !failure && totals.isAsking && <Reading />}
      {isOfRound && clients.size > 0 && (
        <>
          <RoundTable
            round={shown}
            clients={clients}
            outliers={outliers}
            choice={choice}
            onChange={onChange}
          />
          <CausesList clients={clients} />
        </>
      )}
      {!isOfRound && totals.clients.length > 0 && (
        <RunTable clients={totals.clients} choice={choice} onChange={onChange} />
      )}
    </Panel>
  );
}

function Reading() {
  return (
    <p role="status" className="py-6 text-center text-muted text-sm">
      Reading what the clients did…
    </p>
  );
}

function filtersOf(counts: Record<ShownClients, number> | undefined) {
  const label = (only: ShownClients, text: string) =>
    counts ? `${text} ${formatCount(counts[only])}` : text;
  const all = [
    { value: "all" as ShownClients, label: label("all", "All") },
    { value: "problems" as ShownClients, label: label("problems", "Problems") },
  ];
  return counts ? [...all, { value: "outliers" as ShownClients, label: label("outliers", "Outliers") }] : all;
}

interface RoundStepperProps {
  newest: number;
  shown: number;
  onChoose: (round: number) => void;
}

function RoundStepper({ newest, shown, onChoose }: RoundStepperProps) {
  if (newest < 2) return null;
  return (
    <div className="flex items-center gap-2">
      {shown < newest && (
        <button
          type="button"
          className="px-1 text-accent text-sm hover:underline"
          onClick={() => onChoose(newest)}
        >
          Newest
        </button>
      )}
      <Button aria-label="Round before" disabled={shown <= 1} onClick={() => onChoose(shown - 1)}>
        ‹
      </Button>
      <Button aria-label="Round after" disabled={shown >= newest} onClick={() => onChoose(shown + 1)}>
        ›
      </Button>
    </div>
  );
}
