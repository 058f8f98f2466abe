import type { FedloomEvent } from "@fedloom/protocol";
import type { RunView } from "./run-view.js";

/** Takes in a start of a run: one that goes on from a checkpoint trains the rounds after it again. */
export function withAttempt(view: RunView, event: FedloomEvent<"training_start">): RunView {
  const { attempt = 1, resumedFrom = 0 } = event.data;
  const source = event.meta?.source;
  if (attempt === 1 || source === undefined) return view;
  // Its own rounds may be here already, when stored events come after live ones.
  const rounds = view.rounds.filter((entry) => entry.round <= resumedFrom || entry.source === source);
  const kept = new Set(rounds.map(({ round }) => round));
  const { end: _, endedAt: __, earlyStopping: ___, ...rest } = view;
  return {
    ...(rounds.length < view.rounds.length ? rest : view),
    attempts: new Map(view.attempts).set(source, { attempt, resumedFrom }),
    rounds,
    clients: new Map([...view.clients].filter(([round]) => round <= resumedFrom || kept.has(round))),
  };
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
