import { describe, expect, it } from "vitest";
import { z } from "zod";
import { alertRouteInput } from "./alert-routes.js";
import { alertRule, alertRuleRecord } from "./alert-rules.js";

const threshold = { kind: "threshold", name: "CPU", of: "host", metric: "cpu_percent", op: ">", value: 90 };

/** What is said of a rule that is refused. */
function refusalOf(rule: Record<string, unknown>): string {
  const decoded = alertRule.decode(rule);
  return decoded.ok ? "none" : decoded.error.message;
}

describe("alertRule", () => {
  it("fills in defaults, and comes back as it was", () => {
    const decoded = alertRule.decode({ ...threshold, for_seconds: 60, labels: { on_call: "anna" } });
    const rule = decoded.ok ? decoded.value : undefined;
    expect(rule).toMatchObject({
      kind: "threshold",
      forSeconds: 60,
      isEnabled: true,
      severity: "warning",
      cooldownSeconds: 300,
      labels: { on_call: "anna" },
    });
    expect(alertRule.toWire(rule as never)).toMatchObject({ for_seconds: 60, labels: { on_call: "anna" } });
  });

  it.each([
    [{ ...threshold, sevrity: "info" }, "sevrity: expected only known fields"],
    [{ ...threshold, kind: "treshold" }, "kind: expected one of threshold, nan, no_progress"],
    [{ ...threshold, scope: { run: ["a"] } }, "scope.run: expected only known fields"],
    [{ ...threshold, metric: "loss" }, "metric: expected one of cpu_percent,"],
    [{ ...threshold, phase: "val" }, "phase: expected nothing, since the metric is one of a host"],
    [
      { ...threshold, scope: { projects: ["*"] } },
      "scope.projects: expected nothing, since the metric is one",
    ],
    [{ ...threshold, of: "run", scope: { hosts: ["*"] } }, "scope.hosts: expected nothing, since the metric"],
    [{ ...threshold, clear_value: 91 }, "clear_value: expected at most the value 90, received 91"],
    [{ ...threshold, op: "<", clear_value: 89 }, "clear_value: expected at least the value 90, received 89"],
    [{ ...threshold, clear_value: 80, clear_margin: 5 }, "clear_margin: expected nothing, since clear_value"],
    [{ ...threshold, value: Number.NaN }, "value: expected number"],
    [
      { kind: "client_dropped", name: "Dropped" },
      "num_clients: expected exactly one of num_clients, share and",
    ],
    [
      { kind: "client_dropped", name: "Dropped", share: 0.5, num_clients: 2 },
      "share: expected exactly one of",
    ],
    [{ kind: "privacy_budget", name: "Budget" }, "epsilon: expected number, received nothing"],
    [{ kind: "host_silent", name: "Silent", seconds: 1 }, "seconds: expected at least 10, received 1"],
    [
      { kind: "host_silent", name: "Silent", scope: { runs: ["*"] } },
      "scope.runs: expected only known fields",
    ],
  ])("refuses %j", (rule, sentence) => {
    expect(refusalOf(rule)).toContain(sentence);
  });

  it("is told in JSON Schema, kind by kind", () => {
    const schema = z.toJSONSchema(alertRule.wireSchema, { io: "input" });
    expect(schema.oneOf).toHaveLength(8);
    expect(z.toJSONSchema(alertRuleRecord).oneOf).toHaveLength(8);
  });
});

describe("alertRouteInput", () => {
  it.each([
    "ftp://example.org",
    "file:///etc/passwd",
    "http://user:word@example.org/",
    "//example.org",
    "here",
  ])("refuses the address %s", (url) => {
    const decoded = alertRouteInput.decode({ name: "Pager", receiver: { kind: "webhook", url } });
    expect(decoded.ok ? "" : decoded.error.field).toBe("receiver.url");
  });

  it("keeps labels as they are", () => {
    const wire = {
      name: "Pager",
      matcher: { rule_ids: ["a"], labels: { on_call: "*" } },
      receiver: { kind: "log" },
    };
    const decoded = alertRouteInput.decode(wire);
    expect(decoded.ok && decoded.value.matcher).toEqual({ ruleIds: ["a"], labels: { on_call: "*" } });
    expect(decoded.ok && alertRouteInput.toWire(decoded.value)).toMatchObject(wire);
  });
});
