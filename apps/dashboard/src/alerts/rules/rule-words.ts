import type { AlertRule, AlertRuleKind } from "@fedloom/protocol";
import { formatEstimate, formatPercent } from "../../ui/format.js";

/** What each kind of rule is called, and when it fires. */
export const kindWords: Readonly<Record<AlertRuleKind, { label: string; about: string }>> = {
  threshold: {
    label: "A figure is beyond a value",
    about: "Fires when a figure of a machine or of a run is above or below a value, for as long as you say.",
  },
  nan: {
    label: "A metric is not a number",
    about: "Fires when a metric, such as the loss, becomes NaN or infinite: the training has broken down.",
  },
  no_progress: {
    label: "A run makes no progress",
    about: "Fires when no round or epoch of a running run was closed for some time, or nothing came at all.",
  },
  client_dropped: {
    label: "Clients drop out",
    about:
      "Fires when clients of a round fail: a number of them, a share of them, or one of them again and again.",
  },
  accuracy_fell: {
    label: "A score falls",
    about: "Fires when a metric of which larger is better falls below its best value, and stays there.",
  },
  privacy_budget: {
    label: "A privacy budget is nearly spent",
    about: "Fires when a run has spent a share of the epsilon that you allow it.",
  },
  run_failed: {
    label: "A run failed",
    about: "Fires when a run ends in failure, or nothing is heard of it any more.",
  },
  host_silent: {
    label: "A machine is silent",
    about: "Fires when a machine that told how it is says nothing for some time.",
  },
};

const OPS = { ">": "above", ">=": "at or above", "<": "below", "<=": "at or below" } as const;

/** When a rule fires, in one line. */
export function ruleSentence(rule: AlertRule): string {
  switch (rule.kind) {
    case "threshold": {
      const held = rule.forSeconds > 0 ? ` for ${formatEstimate(rule.forSeconds)}` : "";
      return `${rule.metric} of a ${rule.of === "host" ? "machine" : "run"}${clientWords(rule.clients)} is ${OPS[rule.op]} ${rule.value}${held}`;
    }
    case "nan":
      return `${rule.metric}${clientWords(rule.clients)} is not a number`;
    case "no_progress":
      return `${rule.of === "step" ? "no round or epoch closed" : "nothing heard of a run"} for ${formatEstimate(rule.seconds)}`;
    case "client_dropped":
      return dropSentence(rule);
    case "accuracy_fell":
      return `${rule.metric}${clientWords(rule.clients)} is more than ${rule.by} below its best${rule.rounds > 1 ? ` ${rule.rounds} times in a row` : ""}`;
    case "privacy_budget":
      return `${formatPercent(rule.share)} of epsilon ${rule.epsilon} is spent`;
    case "run_failed":
      return rule.includeLost ? "a run failed, or is heard of no more" : "a run failed";
    case "host_silent":
      return `a machine says nothing for ${formatEstimate(rule.seconds)}`;
  }
}

function clientWords(clients: string | undefined): string {
  if (clients === undefined) return "";
  return clients === "*" ? " of a client" : ` of a client like ${clients}`;
}

function dropSentence(rule: Extract<AlertRule, { kind: "client_dropped" }>): string {
  const { numClients, share, roundsInARow } = rule;
  if (numClients !== undefined) return `${numClients} clients of one round drop out`;
  if (share !== undefined) return `${formatPercent(share)} of the clients of one round drop out`;
  return `a client drops out of ${roundsInARow ?? 1} rounds in a row`;
}

const LABELS: Readonly<Record<string, string>> = {
  is_enabled: "Switched on",
  cooldown_seconds: "Quiet afterwards, in seconds",
  for_seconds: "Has to hold for, in seconds",
  of: "About",
  op: "Is",
  clear_value: "Over at the value",
  clear_margin: "Over when back by",
  clients: "Of clients",
  statuses: "Counts as dropped out",
  num_clients: "Number of clients",
  by: "Falls by more than",
  rounds: "Values in a row",
  epsilon: "Budget, epsilon",
  include_lost: "Also when a run is heard of no more",
  "scope.hosts": "Only on machines",
  "scope.runs": "Only runs with the id",
  "scope.projects": "Only runs of the project",
};

const OPTIONS: Readonly<Record<string, string>> = {
  ...OPS,
  host: "a figure of a machine",
  run: "a metric of a run",
  step: "no round or epoch was closed",
  event: "nothing came at all",
};

/** What an option of a field is called. */
export function optionLabel(option: string): string {
  return OPTIONS[option] ?? option;
}

/** What a field of the form of a rule is called. */
export function fieldLabel(path: string): string {
  const words = path.replaceAll("_", " ");
  return LABELS[path] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
