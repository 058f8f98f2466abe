import { alertRule, alertRuleKinds } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { fieldsOf } from "./rule-fields.js";
import { problemOf, ruleOfValues, shownFields, valuesOfRule } from "./rule-form.js";
import { fieldLabel, kindWords, ruleSentence } from "./rule-words.js";

const onDisk = {
  kind: "threshold",
  name: "Disk",
  of: "host",
  metric: "disk_percent",
  op: ">",
  value: 90,
  for_seconds: 60,
  clear_margin: 2,
  severity: "critical",
  cooldown_seconds: 300,
  is_enabled: false,
  labels: { team: "a=b" },
  scope: { hosts: ["gpu-*", "north"] },
};

describe("fieldsOf", () => {
  it("finds the fields of every kind in its schema, each with a control", () => {
    for (const kind of alertRuleKinds) {
      const paths = fieldsOf(kind).map(({ path }) => path);
      expect(paths, kind).toEqual(expect.arrayContaining(["name", "severity", "labels", "is_enabled"]));
      expect(paths.every((path) => fieldLabel(path).length > 1)).toBe(true);
      expect(kindWords[kind].about).toMatch(/^Fires when/);
    }
    const controls = Object.fromEntries(fieldsOf("client_dropped").map((field) => [field.path, field]));
    expect(controls.statuses).toMatchObject({
      control: "choices",
      options: ["failed", "timeout", "rejected"],
      initial: ["failed", "timeout", "rejected"],
    });
    expect(controls.share).toMatchObject({ control: "number", isOptional: true });
    expect(controls["scope.projects"]?.control).toBe("names");
    expect(controls.is_enabled).toMatchObject({ control: "switch", initial: true });
  });
});

describe("the form of a rule", () => {
  it("gives a rule back as it was", () => {
    expect(ruleOfValues("threshold", valuesOfRule("threshold", onDisk))).toEqual({ ok: true, rule: onDisk });
  });

  it("begins with what is usual and works once it has a name and what has no default", () => {
    for (const kind of alertRuleKinds) {
      const values = {
        ...valuesOfRule(kind),
        name: "n",
        metric: kind === "threshold" ? "cpu_percent" : "loss",
        value: "90",
        seconds: "60",
        rounds_in_a_row: "3",
        by: "0.1",
        epsilon: "8",
      };
      const made = ruleOfValues(kind, values);
      expect(made, kind).toMatchObject({ ok: true, rule: { kind, name: "n", severity: "warning" } });
      if (made.ok) expect(ruleSentence(alertRule.fromWire(made.rule)), kind).not.toBe("");
    }
  });

  it("says what is missing or wrong beside its field", () => {
    const values = valuesOfRule("threshold", onDisk);
    const refused = (changes: Record<string, string>) => ruleOfValues("threshold", { ...values, ...changes });
    expect(refused({ name: " " })).toMatchObject({
      problem: { path: "name", message: "Expected string, received nothing." },
    });
    expect(refused({ value: "much" })).toMatchObject({
      problem: { path: "value", message: 'Expected number, received "much".' },
    });
    expect(refused({ clear_value: "80" })).toMatchObject({
      problem: {
        path: "clear_margin",
        message: expect.stringContaining("since “Over at the value” is given"),
      },
    });
    expect(refused({ metric: "loss" })).toMatchObject({ problem: { path: "metric" } });
    expect(refused({ "scope.hosts": "x".repeat(200) })).toMatchObject({ problem: { path: "scope.hosts" } });
    expect(ruleOfValues("client_dropped", { ...valuesOfRule("client_dropped"), name: "n" })).toMatchObject({
      problem: { path: "num_clients", message: expect.stringContaining("exactly one of") },
    });
  });

  it("asks nothing of runs in a rule about machines, and leaves out what was entered before", () => {
    const values = { ...valuesOfRule("threshold", onDisk), clients: "site-*", "scope.runs": "01*" };
    expect(shownFields("threshold", values).map(({ path }) => path)).not.toContain("clients");
    expect(ruleOfValues("threshold", values)).toEqual({ ok: true, rule: onDisk });
  });

  it("knows the field of what the server refuses", () => {
    expect(problemOf("threshold", { field: "scope.hosts.0", message: "no" }).path).toBe("scope.hosts");
    expect(problemOf("threshold", { field: "rules", message: "too many" })).toEqual({
      path: "rules",
      message: "Too many.",
    });
  });
});

describe("ruleSentence", () => {
  it("says when a rule fires", () => {
    expect(ruleSentence(alertRule.fromWire({ ...onDisk }))).toBe(
      "disk_percent of a machine is above 90 for 1 min",
    );
  });
});
