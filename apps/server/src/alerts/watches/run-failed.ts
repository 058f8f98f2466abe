import type { AlertRuleOf } from "@fedloom/protocol";
import type { SeenEvent } from "../seen-event.js";
import type { Desk, Verdict, Watch } from "../watch.js";

/** A run that ended in failure, or of which nothing is heard any more; over when it goes on, or by hand. */
export function watchRunFailed(rule: AlertRuleOf<"run_failed">, desk: Desk): Watch {
  return {
    eventTypes: ["error", "training_end", "training_start", "run_state"],
    outlivesRun: true,
    readEvent(event) {
      const { runId } = event;
      const verdict = runId === undefined ? undefined : verdictOf(event, rule.includeLost);
      const subject = verdict?.holds ? desk.open({ runId }) : verdict && desk.find({ runId });
      if (subject && verdict) desk.judge(subject, verdict);
    },
  };
}

function verdictOf({ type, data }: SeenEvent, includeLost: boolean): Verdict | undefined {
  switch (type) {
    case "error":
      return data.fatal === true ? { holds: true, message: String(data.error) } : undefined;
    case "training_end":
      if (data.status === "failed") return { holds: true, message: "the run ended in failure" };
      return { holds: false, message: `the run is ${data.status}` };
    case "training_start":
      return { holds: false, message: "the run goes on" };
    case "run_state":
      return verdictOfState(String(data.state), data.reason, includeLost);
    default:
      return undefined;
  }
}

function verdictOfState(state: string, reason: unknown, includeLost: boolean): Verdict | undefined {
  if (state === "failed") return { holds: true, message: String(reason ?? "the run failed") };
  if (state === "lost" && includeLost) {
    return { holds: true, message: `nothing is heard of the run any more${reason ? `: ${reason}` : ""}` };
  }
  if (state === "running" || state === "completed") return { holds: false, message: `the run is ${state}` };
  return undefined;
}
