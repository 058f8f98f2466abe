import type { AlertRow } from "@fedloom/db";
import { type AlertMatcher, matches } from "@fedloom/protocol";

/** Whether an alert is one that a silence or a route is about; the project is that of its run. */
export function fits(matcher: AlertMatcher, alert: AlertRow, project: string | undefined): boolean {
  const { severities, ruleIds, hosts, runs, projects, sources, labels } = matcher;
  if (severities && !severities.includes(alert.severity)) return false;
  if (ruleIds && (alert.ruleId === undefined || !ruleIds.includes(alert.ruleId))) return false;
  if (!fitsOne(hosts, alert.host) || !fitsOne(runs, alert.runId)) return false;
  if (!fitsOne(projects, project) || !fitsOne(sources, alert.source)) return false;
  return Object.entries(labels ?? {}).every(([name, pattern]) => {
    const value = Object.hasOwn(alert.labels, name) ? alert.labels[name] : undefined;
    return value !== undefined && matches(pattern, value);
  });
}

/** Whether a text fits one of several patterns; without patterns any does, or none at all. */
export function fitsOne(patterns: readonly string[] | undefined, text: string | undefined): boolean {
  if (patterns === undefined) return true;
  return text !== undefined && patterns.some((pattern) => matches(pattern, text));
}
