import type { AlertRuleOf } from "@fedloom/protocol";
import type { Identity } from "../subject.js";
import { type Desk, duration, type Watch } from "../watch.js";

/** A host that said how it is, and says so no more. */
export function watchHostSilent(rule: AlertRuleOf<"host_silent">, desk: Desk): Watch {
  const { seconds } = rule;
  const wait = ({ host }: Identity, isHeard: boolean) => {
    const subject = host === undefined ? undefined : desk.open({ host }, { isStanding: true });
    if (!subject) return;
    if (isHeard) desk.judge(subject, { holds: false, message: `${host} reports again` });
    desk.expect(subject, desk.clock() + seconds * 1_000);
  };
  return {
    eventTypes: ["system_metrics"],
    readEvent: ({ host }) => wait({ host }, true),
    onKnown: (identity) => wait(identity, false),
    onDue(subject) {
      const message = `no system metrics from ${subject.identity.host} for ${duration(seconds)}`;
      desk.judge(subject, { holds: true, message });
    },
  };
}
