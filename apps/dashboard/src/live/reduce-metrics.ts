import type { FedloomEvent } from "@fedloom/protocol";
import { MAX_ROUND_VALUES } from "./bounds.js";
import type { EvaluationDetails, Metrics } from "./run-view.js";
import type { ViewDraft } from "./view-draft.js";

/** Takes in metrics of a whole round: what acted on it, or details of the newest evaluation. */
export function takeMetrics(draft: ViewDraft, { data }: FedloomEvent<"metrics">): void {
  const { phase, metrics } = data;
  const round = data.round ?? data.epoch;
  if (round === undefined || data.clientId !== undefined || data.batch !== undefined) return;
  if (phase === undefined) {
    const entry = draft.round(round);
    entry.about = merged(entry.about, metrics);
  } else if (phase !== "train") {
    draft.view.details = withDetails(draft.view.details, { round, phase, metrics });
  }
}

/** The details with those of one evaluation: of each phase the newest round counts. */
export function withDetails(
  details: EvaluationDetails | undefined,
  { round, phase, metrics }: { round: number; phase: "val" | "test"; metrics: Metrics },
): EvaluationDetails {
  const known = details ?? { round: 0, val: {}, test: {} };
  const rounds = {
    val: isEmpty(known.val) ? 0 : known.round,
    test: isEmpty(known.test) ? 0 : (known.testRound ?? known.round),
  };
  if (round < rounds[phase]) return known;
  const before = round === rounds[phase] ? known[phase] : {};
  rounds[phase] = round;
  const after = merged(before, metrics);
  const { val, test } = phase === "val" ? { val: after, test: known.test } : { val: known.val, test: after };
  const newest = rounds.val || rounds.test;
  return {
    round: newest,
    val,
    test,
    ...(rounds.test > 0 && rounds.test !== newest && { testRound: rounds.test }),
  };
}

function merged(before: Metrics, metrics: Metrics): Metrics {
  const after = isEmpty(before) ? metrics : { ...before, ...metrics };
  return Object.keys(after).length > MAX_ROUND_VALUES ? before : after;
}

function isEmpty(metrics: Metrics): boolean {
  for (const _ in metrics) return false;
  return true;
}
