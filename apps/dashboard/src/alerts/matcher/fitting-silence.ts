import { type AlertRecord, type AlertSilence, matches } from "@fedloom/protocol";

/**
 * The silence by which nobody hears of an alert at `now` (ms) any more, although it may have been told of; those of
 * projects are left out, since an alert does not say its run's.
 */
export function fittingSilence(
  alert: AlertRecord,
  silences: readonly AlertSilence[],
  now: number,
): AlertSilence | undefined {
  return silences.find(
    ({ startsAt, endsAt, matcher }) =>
      Date.parse(startsAt) <= now && now < Date.parse(endsAt) && fits(matcher, alert),
  );
}

function fits(matcher: AlertSilence["matcher"], alert: AlertRecord): boolean {
  const { severities, ruleIds, hosts, runs, projects, sources, labels } = matcher;
  if (projects !== undefined) return false;
  if (severities && !severities.includes(alert.severity)) return false;
  if (ruleIds && !(alert.ruleId !== undefined && ruleIds.includes(alert.ruleId))) return false;
  if (!fitsOne(hosts, alert.host) || !fitsOne(runs, alert.runId) || !fitsOne(sources, alert.source))
    return false;
  return Object.entries(labels ?? {}).every(([name, pattern]) => fitsOne([pattern], alert.labels[name]));
}

function fitsOne(patterns: readonly string[] | undefined, text: string | undefined): boolean {
  if (patterns === undefined) return true;
  return text !== undefined && patterns.some((pattern) => matches(pattern, text));
}
