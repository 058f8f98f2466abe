import { type AlertRuleOf, eventTypes } from "@fedloom/protocol";
import type { SeenEvent } from "../seen-event.js";
import type { Identity } from "../subject.js";
import { type Desk, duration, type Watch } from "../watch.js";

/** Events that are no sign of life of a run: of hosts, and what is said about it. */
const SILENT = ["alert", "heartbeat", "system_metrics"];
const PAUSED = ["paused", "queued"];

/** A run that is running and closes no round or epoch, or says nothing at all, for too long. */
export function watchNoProgress(rule: AlertRuleOf<"no_progress">, desk: Desk): Watch {
  const { seconds } = rule;
  const later = () => desk.clock() + seconds * 1_000;
  const isProgress = rule.of === "event" ? isWord : isStep;
  return {
    eventTypes: eventTypes.filter((type) => !SILENT.includes(type)),
    readEvent(event) {
      const { runId } = event;
      if (event.type === "training_end") return;
      const known = desk.find({ runId });
      const subject = known ?? desk.open({ runId }, { isStanding: true });
      if (!subject) return;
      if (event.type === "run_state" && PAUSED.includes(String(event.data.state))) {
        desk.judge(subject, { holds: false, message: `the run is ${event.data.state}` });
        return desk.expect(subject, undefined);
      }
      const isMoving = isProgress(event);
      if (isMoving) desk.judge(subject, { holds: false, message: "the run makes progress again" });
      if (isMoving || (subject.expectAt === undefined && subject.phase === "clear"))
        desk.expect(subject, later());
    },
    onKnown({ runId }: Identity) {
      const subject = runId === undefined ? undefined : desk.open({ runId }, { isStanding: true });
      if (subject) desk.expect(subject, later());
    },
    onDue(subject) {
      const what = rule.of === "event" ? "nothing was heard of the run" : "no round or epoch was closed";
      desk.judge(subject, { holds: true, message: `${what} for ${duration(seconds)}` });
    },
  };
}

/** What others say of a run's state is no word of its own. */
function isWord({ type }: SeenEvent): boolean {
  return type !== "run_state";
}

function isStep(event: SeenEvent): boolean {
  switch (event.type) {
    case "training_start":
    case "round_metrics":
    case "epoch_end":
      return true;
    case "round_end":
      return event.data.client_id === undefined;
    default:
      return false;
  }
}
