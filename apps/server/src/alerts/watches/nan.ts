import type { AlertRuleOf } from "@fedloom/protocol";
import type { Desk, Watch } from "../watch.js";
import { isWanted, nameOfValue } from "./values-of-clients.js";

/** A metric that is not a number, or infinite; over with the next that is finite. */
export function watchNan(rule: AlertRuleOf<"nan">, desk: Desk): Watch {
  return {
    metric: rule.metric,
    isPlain: ({ mayHaveNonFinite }) => !mayHaveNonFinite,
    readValue(runId, point) {
      if (!isWanted(rule, point)) return;
      const { name: metric, phase, clientId, value, round, epoch } = point;
      const holds = !Number.isFinite(value);
      const identity = { runId, metric, phase, clientId };
      const subject = holds ? desk.open(identity) : desk.find(identity);
      if (!subject) return;
      const step =
        round === undefined ? (epoch === undefined ? "" : ` in epoch ${epoch}`) : ` in round ${round}`;
      desk.judge(subject, { holds, message: `${nameOfValue(point)} is ${value}${step}` });
    },
  };
}
