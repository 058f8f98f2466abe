import { useState } from "react";
import type { RunView } from "../live/run-view.js";
import { ClientsPanel } from "./clients-panel.js";
import { RoundTimeline } from "./round-timeline.js";

/** Who did what: all rounds at a glance, and one round in detail, the newest unless another is chosen. */
export function ClientsSection(props: { clients: RunView["clients"]; lastRound: number | undefined }) {
  const { clients } = props;
  const [chosen, setChosen] = useState<number>();
  const rounds = [...clients.keys()];
  const newest = rounds.at(-1);
  const shown = chosen !== undefined && clients.has(chosen) ? chosen : newest;
  // The newest round is followed, not pinned.
  const choose = (round: number | undefined) => setChosen(round === newest ? undefined : round);
  return (
    <>
      {newest !== undefined && (
        <RoundTimeline
          clients={clients}
          lastRound={props.lastRound ?? newest}
          shown={shown}
          onChoose={choose}
        />
      )}
      <ClientsPanel clients={clients} rounds={rounds} shown={shown} onChoose={choose} />
    </>
  );
}
