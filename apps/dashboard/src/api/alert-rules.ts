import { type AlertRule, alertRule } from "@fedloom/protocol";
import { request } from "./request.js";
import { take } from "./take.js";

const RULES = "/api/alerts/rules";

/** A rule as the server keeps it. */
export interface KeptRule {
  ruleId: string;
  /** ISO 8601. */
  updatedAt: string;
  rule: AlertRule;
}

export async function listRules(signal?: AbortSignal): Promise<KeptRule[]> {
  const answer = (await request(RULES, { signal })) as { rules?: Record<string, unknown>[] };
  return (answer.rules ?? []).map(({ rule_id, created_at: _, updated_at, ...rule }) => ({
    ruleId: String(rule_id),
    updatedAt: String(updated_at),
    rule: take(alertRule.decode(rule)),
  }));
}

/** Adds a rule in its wire form, or changes one. */
export async function saveRule(rule: Record<string, unknown>, ruleId?: string): Promise<void> {
  if (ruleId === undefined) await request(RULES, { body: rule });
  else await request(pathOf(ruleId), { method: "PUT", body: rule });
}

export async function deleteRule(ruleId: string): Promise<void> {
  await request(pathOf(ruleId), { method: "DELETE" });
}

/** Fires a test alert of a rule, which goes wherever its alerts go, and ends it at once. */
export async function testRule(ruleId: string): Promise<void> {
  await request(`${pathOf(ruleId)}/test`, { method: "POST" });
}

function pathOf(ruleId: string): string {
  return `${RULES}/${encodeURIComponent(ruleId)}`;
}
