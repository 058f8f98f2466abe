import type { FedloomEvent } from "@fedloom/protocol";
import type { RunView } from "./run-view.js";
import type { ViewDraft } from "./view-draft.js";

/** Takes in a start of a run: one that goes on from a checkpoint trains the rounds after it again. */
export function beginAttempt(draft: ViewDraft, event: FedloomEvent<"training_start">): void {
  const { attempt = 1, resumedFrom = 0 } = event.data;
  const source = event.meta?.source;
  const { view } = draft;
  if (attempt === 1 || source === undefined) return;
  // Its own rounds may be here already, when what was sent first comes last.
  const rounds = view.rounds.filter((entry) => entry.round <= resumedFrom || entry.source === source);
  if (rounds.length < view.rounds.length) {
    delete view.end;
    delete view.endedAt;
    delete view.earlyStopping;
  }
  if ((view.clientsSince ?? 0) > resumedFrom + 1) view.clientsSince = resumedFrom + 1;
  const kept = new Set(rounds.map(({ round }) => round));
  view.attempts = new Map(view.attempts).set(source, { attempt, resumedFrom });
  view.rounds = rounds;
  view.clients = new Map([...view.clients].filter(([round]) => round <= resumedFrom || kept.has(round)));
}

/** Whether an event tells of a round that a later start of the run has trained again. */
export function isSuperseded({ attempts }: RunView, { data, meta }: FedloomEvent): boolean {
  const step = stepOf(data);
  if (attempts.size === 0 || step === undefined) return false;
  const own = attempts.get(meta?.source ?? "")?.attempt ?? 1;
  for (const { attempt, resumedFrom } of attempts.values()) {
    if (attempt > own && step > resumedFrom) return true;
  }
  return false;
}

function stepOf(
  data: { round?: number | undefined } | { epoch?: number | undefined } | object,
): number | undefined {
  if ("round" in data && data.round !== undefined) return data.round;
  return "epoch" in data ? data.epoch : undefined;
}
