import { requireNumber } from "../require-option.js";
import type { RoundProgress, StopRule } from "./stop-rule.js";

/** Stops after a number of rounds. */
export function maxRounds({ rounds }: { readonly rounds: number }): StopRule<null> {
  requireNumber("rounds", rounds, "an integer >= 1");
  return budget("maxRounds", ({ round }) =>
    round < rounds ? undefined : `round ${round} of ${rounds} is done`,
  );
}

/** Stops after the round in which the run has lasted `ms` milliseconds. */
export function maxDuration({ ms }: { readonly ms: number }): StopRule<null> {
  requireNumber("ms", ms, "a finite number > 0");
  return budget("maxDuration", ({ elapsedMs }) =>
    elapsedMs < ms ? undefined : `${elapsedMs} ms of ${ms} ms are used`,
  );
}

/** Stops after the round in which the run has sent and received `bytes` bytes. */
export function maxBytes({ bytes: limit }: { readonly bytes: number }): StopRule<null> {
  requireNumber("bytes", limit, "a finite number > 0");
  return budget("maxBytes", ({ bytes }) =>
    bytes < limit ? undefined : `${bytes} bytes of ${limit} are used`,
  );
}

/** A rule without memory. A number that is NaN is not below any limit: it stops the run rather than run for ever. */
function budget(name: string, used: (report: RoundProgress) => string | undefined): StopRule<null> {
  return {
    name,
    init: () => null,
    decide(report, state) {
      const reason = used(report);
      return reason === undefined ? { decision: "continue", state } : { decision: "stop", reason, state };
    },
  };
}
