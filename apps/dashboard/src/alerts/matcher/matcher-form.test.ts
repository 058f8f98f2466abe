import { alertSilence } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { alertOf } from "../testing-alerts.js";
import { fittingSilence } from "./fitting-silence.js";
import { matcherOfAlert, matcherOfValues, valuesOfMatcher } from "./matcher-form.js";
import { matcherWords } from "./matcher-words.js";

const NOW = Date.parse("2026-11-21T10:30:00.000Z");

function silence(matcher: Record<string, unknown>, startsAt = "2026-11-21T10:00:00.000Z") {
  const endsAt = "2026-11-21T11:00:00.000Z";
  return alertSilence.fromWire({
    silence_id: "s",
    comment: "",
    starts_at: startsAt,
    ends_at: endsAt,
    matcher,
  });
}

describe("a matcher's form", () => {
  it("gives a matcher back as it was", () => {
    const matcher = {
      severities: ["warning" as const],
      hosts: ["gpu-*", "north"],
      labels: { team: "a=b", site: "n" },
    };
    expect(matcherOfValues(valuesOfMatcher(matcher))).toEqual(matcher);
    expect(matcherOfValues(valuesOfMatcher({}))).toEqual({});
  });

  it("means by an alert what is the same trouble", () => {
    const alert = alertOf("a");
    const wire = matcherOfValues(valuesOfMatcher(matcherOfAlert(alert)));
    expect(wire).toEqual({
      rule_ids: ["disk-nearly-full"],
      hosts: ["north"],
      labels: { metric: "disk_percent" },
    });
    expect(fittingSilence(alert, [silence(wire)], NOW)?.silenceId).toBe("s");
    const announced = alertOf("b", { ruleId: undefined, host: undefined, source: "api", labels: {} });
    expect(matcherOfValues(valuesOfMatcher(matcherOfAlert(announced)))).toEqual({ sources: ["api"] });
  });
});

describe("fittingSilence", () => {
  it("goes by everything that is given, and by the time", () => {
    const alert = alertOf("a");
    const fits = (matcher: Record<string, unknown>, at = NOW) =>
      fittingSilence(alert, [silence(matcher)], at) !== undefined;
    expect(fits({})).toBe(true);
    expect(fits({ hosts: ["n*"], severities: ["critical"] })).toBe(true);
    expect(fits({ hosts: ["s*"] })).toBe(false);
    expect(fits({ hosts: ["n*"], severities: ["info"] })).toBe(false);
    expect(fits({ rule_ids: ["other"] })).toBe(false);
    expect(fits({ runs: ["*"] })).toBe(false);
    expect(fits({ labels: { metric: "disk*" } })).toBe(true);
    expect(fits({ labels: { team: "*" } })).toBe(false);
    expect(fits({ projects: ["*"] })).toBe(false);
    expect(fits({}, NOW + 3_600_000)).toBe(false);
  });
});

describe("matcherWords", () => {
  it("says which alerts are meant", () => {
    const nameOf = () => "Disk";
    expect(matcherWords({}, nameOf)).toBe("all alerts");
    expect(matcherWords({ severities: ["info", "warning"], ruleIds: ["d"], hosts: ["n*"] }, nameOf)).toBe(
      "alerts info or warning, of the rule Disk, on n*",
    );
  });
});
