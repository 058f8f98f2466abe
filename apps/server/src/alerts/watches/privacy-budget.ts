import type { AlertRuleOf } from "@fedloom/protocol";
import { type Desk, figure, type Watch } from "../watch.js";

/** A share of the privacy budget that is spent; it never comes back, so the alert lasts as long as the run. */
export function watchPrivacyBudget(rule: AlertRuleOf<"privacy_budget">, desk: Desk): Watch {
  const { metric, epsilon, share } = rule;
  return {
    metric,
    readValue(runId, { name, value, clientId }) {
      if (clientId !== undefined || !(value >= share * epsilon)) return;
      const subject = desk.open({ runId, metric: name });
      if (!subject) return;
      const percent = Number.isFinite(value)
        ? `, ${figure(Math.round((100 * value) / epsilon))} %`
        : ", more than all";
      desk.judge(subject, {
        holds: true,
        message: `${name} is ${figure(value)}${percent} of the budget ${figure(epsilon)}`,
      });
    },
  };
}
