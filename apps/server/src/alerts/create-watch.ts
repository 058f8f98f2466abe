import type { AlertRule } from "@fedloom/protocol";
import type { Desk, Watch, WatchFactories } from "./watch.js";
import { watchAccuracyFell } from "./watches/accuracy-fell.js";
import { watchClientDropped } from "./watches/client-dropped.js";
import { watchHostSilent } from "./watches/host-silent.js";
import { watchNan } from "./watches/nan.js";
import { watchNoProgress } from "./watches/no-progress.js";
import { watchPrivacyBudget } from "./watches/privacy-budget.js";
import { watchRunFailed } from "./watches/run-failed.js";
import { watchThreshold } from "./watches/threshold.js";

const factories: WatchFactories = {
  threshold: watchThreshold,
  nan: watchNan,
  no_progress: watchNoProgress,
  client_dropped: watchClientDropped,
  accuracy_fell: watchAccuracyFell,
  privacy_budget: watchPrivacyBudget,
  run_failed: watchRunFailed,
  host_silent: watchHostSilent,
};

/** Makes a rule work. */
export function createWatch(rule: AlertRule, desk: Desk): Watch {
  const factory = factories[rule.kind] as (rule: AlertRule, desk: Desk) => Watch;
  return factory(rule, desk);
}
