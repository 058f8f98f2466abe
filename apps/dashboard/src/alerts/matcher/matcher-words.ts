import type { AlertMatcher } from "@fedloom/protocol";

/** Which alerts a matcher means, in words; `nameOfRule` gives the name of a rule by its id. */
export function matcherWords(matcher: AlertMatcher, nameOfRule: (ruleId: string) => string): string {
  const { severities, ruleIds, hosts, runs, projects, sources, labels } = matcher;
  const parts = [
    severities?.join(" or "),
    ruleIds && `of the rule ${ruleIds.map(nameOfRule).join(" or ")}`,
    hosts && `on ${hosts.join(" or ")}`,
    runs && `of the run ${runs.join(" or ")}`,
    projects && `of the project ${projects.join(" or ")}`,
    sources && `announced by ${sources.join(" or ")}`,
    labels &&
      `with ${Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(" and ")}`,
  ].filter(Boolean);
  return parts.length === 0 ? "all alerts" : `alerts ${parts.join(", ")}`;
}
