import { roundsDone, stateOf } from "./run-progress.js";
import { isOver, type RunSnapshot } from "./run-session.js";

const WORD = { queued: "Queued", silent: "Silent", lost: "Lost contact", paused: "Paused", failed: "Failed" };

/** What the browser's tab is called while a run is watched: how far it is, then its name. */
export function runTitle({ view, record, source }: RunSnapshot): string | undefined {
  if (!record) return undefined;
  const state = stateOf(view, record.state);
  const total = view.totalRounds ?? record.totalSteps;
  const done = roundsDone(view);
  const isTold = !isOver(state) || source.kind === "live" || source.kind === "ended" || state === "failed";
  const progress = [
    isOver(state) || !total ? undefined : `${done}/${total}`,
    state === "running" || !isTold ? undefined : (WORD[state as keyof typeof WORD] ?? "Done"),
  ];
  return `${[...progress, record.experimentName].filter(Boolean).join(" · ")} – Fedloom`;
}
