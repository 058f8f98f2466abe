import type { AlertRow } from "@fedloom/db";
import { AlertEngine } from "./alert-engine.js";
import type { AlertEngineOptions } from "./alert-engine-options.js";
import { RULES_SOURCE } from "./compose-alert.js";
import type { Remembered } from "./subject.js";

/** Most alerts that fire, and that were resolved a short time ago, of which an engine that starts knows. */
const MAX_REMEMBERED = 10_000;
/** No cool-down is longer. */
const LONGEST_COOLDOWN_MS = 30 * 24 * 60 * 60_000;

/** Starts watching: what fired when the server stopped is known, so that it is neither told twice nor forgotten. */
export async function startAlertEngine(options: AlertEngineOptions): Promise<AlertEngine> {
  const { database, clock = () => performance.now(), now = () => new Date() } = options;
  const [wall, monotonic] = [now().getTime(), clock()];
  const rules = new Map((await database.alerts.listRules()).map((rule) => [rule.ruleId, rule]));
  const isAlive = ({ ruleId, labels }: AlertRow) =>
    ruleId !== undefined && rules.get(ruleId)?.isEnabled === true && labels.test === undefined;

  const firing = await database.alerts.list({ state: "firing", limit: MAX_REMEMBERED });
  const ofRules = firing.filter(({ source }) => source === RULES_SOURCE);
  const remembered = new Map<string, Map<string, Remembered>>();
  const remember = ({ ruleId = "", fingerprint }: AlertRow, entry: Remembered) => {
    const ofRule = remembered.get(ruleId) ?? new Map<string, Remembered>();
    if (!ofRule.has(fingerprint)) ofRule.set(fingerprint, entry);
    remembered.set(ruleId, ofRule);
  };
  for (const alert of ofRules.filter(isAlive)) {
    remember(alert, { alert: { ...alert }, cooldownUntil: Number.NEGATIVE_INFINITY });
  }
  const since = new Date(wall - LONGEST_COOLDOWN_MS).toISOString();
  for (const alert of await database.alerts.listResolvedSince(since, MAX_REMEMBERED)) {
    if (!isAlive(alert) || alert.resolvedAt === undefined) continue;
    const seconds = Number(
      rules.get(alert.ruleId ?? "")?.definition.cooldown_seconds ?? DEFAULT_COOLDOWN_SECONDS,
    );
    const leftMs = Date.parse(alert.resolvedAt) + seconds * 1_000 - wall;
    if (leftMs > 0) remember(alert, { alert: undefined, cooldownUntil: monotonic + leftMs });
  }

  const engine = new AlertEngine(options, remembered);
  try {
    await engine.reload();
  } catch (error) {
    await engine.close();
    throw error;
  }
  for (const { alertId } of ofRules.filter((alert) => !isAlive(alert))) {
    await engine.resolve(alertId, "the rule is switched off or gone");
  }
  engine.forgetEndedRuns(ofRules.flatMap(({ runId }) => runId ?? [])).catch(() => {
    // The database is away: they can be resolved by hand.
  });
  return engine;
}

/** Of rules that leave it to the protocol. */
const DEFAULT_COOLDOWN_SECONDS = 300;
