import type { AlertRow } from "@fedloom/db";
import { describe, expect, it } from "vitest";
import { fits } from "./fits.js";

const alert: AlertRow = {
  alertId: "alert",
  fingerprint: "f",
  ruleId: "disk",
  severity: "critical",
  title: "Disk",
  message: "full",
  source: "fedloom",
  host: "gpu-1",
  runId: "01JD0000000000000000000000",
  labels: { site: "north" },
  state: "firing",
  isSilenced: false,
  startedAt: "2026-11-21T10:00:00.000Z",
};

describe("fits", () => {
  it.each([
    [{}, true],
    [{ severities: ["warning", "critical"] }, true],
    [{ severities: ["warning"] }, false],
    [{ ruleIds: ["disk"] }, true],
    [{ ruleIds: ["disc"] }, false],
    [{ hosts: ["cpu-*", "gpu-*"] }, true],
    [{ hosts: ["*-2"] }, false],
    [{ runs: ["01JD*"] }, true],
    [{ projects: ["lungs"] }, true],
    [{ projects: ["hearts"] }, false],
    [{ sources: ["api"] }, false],
    [{ labels: { site: "n*" } }, true],
    [{ labels: { site: "s*" } }, false],
    [{ labels: { constructor: "*" } }, false],
    [{ severities: ["critical"], hosts: ["cpu-*"] }, false],
  ] as const)("tells whether an alert fits %j: %s", (matcher, expected) => {
    expect(fits(matcher as never, alert, "lungs")).toBe(expected);
  });

  it("needs what a pattern is about", () => {
    const { host: _, ruleId: __, ...rest } = alert;
    for (const matcher of [{ hosts: ["*"] }, { ruleIds: ["disk"] }])
      expect(fits(matcher, rest, undefined)).toBe(false);
    expect(fits({ projects: ["*"] }, alert, undefined)).toBe(false);
  });
});
