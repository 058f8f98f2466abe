import type { AlertBroadcast, AlertRule } from "@fedloom/protocol";
import { fingerprintOf, type LiveAlert, type Subject } from "./subject.js";

/** Whose alerts those of rules are. */
export const RULES_SOURCE = "fedloom";
const MAX_MESSAGE_LENGTH = 4_096;

/** What is the same for all ways to begin. */
export interface Beginning {
  readonly alertId: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

interface RuleOfAlert {
  readonly ruleId: string;
  readonly rule: AlertRule;
}

/** An alert of a rule about one of its subjects. */
export function alertOfSubject(
  { ruleId, rule }: RuleOfAlert,
  { key, identity, message }: Subject,
  { experimentName, ...beginning }: Beginning & { experimentName: string | undefined },
): LiveAlert {
  const { host, runId, metric, phase, clientId } = identity;
  const name = runId === undefined ? host : (experimentName ?? `run ${runId}`);
  return {
    ...begin(beginning),
    fingerprint: fingerprintOf(ruleId, key),
    ruleId,
    severity: rule.severity,
    title: `${rule.name}: ${name}`,
    message: message.slice(0, MAX_MESSAGE_LENGTH),
    host,
    runId,
    labels: {
      ...rule.labels,
      ...(metric !== undefined && { metric }),
      ...(phase !== undefined && { phase }),
      ...(clientId !== undefined && { client_id: clientId }),
    },
  };
}

/** An alert of somebody who found out by other means. */
export function alertOfBroadcast(broadcast: AlertBroadcast, beginning: Beginning): LiveAlert {
  const { title, message, source, severity, labels, host, runId } = broadcast;
  return { ...begin(beginning), severity, title, message, source, labels, host, runId };
}

/** An alert that says that nothing is wrong, as a rule's would look. */
export function alertOfTest(about: { name: string } & Partial<RuleOfAlert>, beginning: Beginning): LiveAlert {
  const { name, ruleId, rule } = about;
  return {
    ...begin(beginning),
    ruleId,
    severity: rule?.severity ?? "info",
    title: `Test of ${name}`,
    message: "nothing is wrong: somebody tests where this goes",
    labels: { ...rule?.labels, test: "true" },
  };
}

function begin({ alertId, startedAt }: Beginning) {
  return {
    alertId,
    startedAt,
    fingerprint: alertId,
    source: RULES_SOURCE,
    state: "firing",
    isSilenced: false,
  } as const;
}
