import type { AlertMatcher, AlertRecord } from "@fedloom/protocol";
import { labelsOfText, namesOfText, textOfLabels, textOfNames } from "./lists.js";

/** What stands in the fields that say which alerts are meant. */
export interface MatcherValues {
  severities: readonly string[];
  rule_ids: readonly string[];
  hosts: string;
  runs: string;
  projects: string;
  sources: string;
  labels: string;
}

export function valuesOfMatcher(matcher: AlertMatcher & { ruleIds?: string[] | undefined }): MatcherValues {
  const { severities = [], ruleIds = [], hosts, runs, projects, sources, labels } = matcher;
  return {
    severities,
    rule_ids: ruleIds,
    hosts: textOfNames(hosts),
    runs: textOfNames(runs),
    projects: textOfNames(projects),
    sources: textOfNames(sources),
    labels: textOfLabels(labels),
  };
}

/** A matcher in its wire form; what is empty is left out. */
export function matcherOfValues(values: MatcherValues): Record<string, unknown> {
  const { severities, rule_ids, hosts, runs, projects, sources, labels } = values;
  const matcher = {
    severities: severities.length > 0 ? severities : undefined,
    rule_ids: rule_ids.length > 0 ? rule_ids : undefined,
    hosts: namesOfText(hosts),
    runs: namesOfText(runs),
    projects: namesOfText(projects),
    sources: namesOfText(sources),
    labels: labelsOfText(labels),
  };
  return Object.fromEntries(Object.entries(matcher).filter(([, value]) => value !== undefined));
}

/** What silences an alert and whatever is the same trouble: that of its rule, with its host or run. */
export function matcherOfAlert({ ruleId, host, runId, source, labels }: AlertRecord): AlertMatcher {
  return {
    ...(ruleId === undefined ? { sources: [source] } : { ruleIds: [ruleId] }),
    ...(host !== undefined && { hosts: [host] }),
    ...(runId !== undefined && { runs: [runId] }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}
