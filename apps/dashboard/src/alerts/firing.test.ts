import type { FedloomEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { newCritical, withAlertEvent } from "./firing.js";
import { alertOf } from "./testing-alerts.js";

function told(alertId: string, state: "firing" | "resolved") {
  const { severity, title, message, source, host } = alertOf(alertId);
  const data = { alertId, severity, title, message, source, host, state };
  return { type: "alert", timestamp: "2026-11-21T11:00:00.000Z", data } as Extract<
    FedloomEvent,
    { type: "alert" }
  >;
}

describe("withAlertEvent", () => {
  it("puts a new alert first, and takes a resolved one out", () => {
    const before = [alertOf("a")];
    const after = withAlertEvent(before, told("b", "firing"));
    expect(after.map(({ alertId, startedAt }) => [alertId, startedAt.slice(11, 13)])).toEqual([
      ["b", "11"],
      ["a", "10"],
    ]);
    expect(withAlertEvent(after, told("a", "resolved")).map(({ alertId }) => alertId)).toEqual(["b"]);
    expect(withAlertEvent(before, told("x", "resolved"))).toBe(before);
  });

  it("keeps what is known of an alert that is told after a silence", () => {
    const [after] = withAlertEvent([alertOf("a", { isSilenced: true })], told("a", "firing"));
    expect(after).toEqual(alertOf("a"));
  });
});

describe("newCritical", () => {
  it("finds what began, is critical and not silenced", () => {
    const before = [alertOf("a")];
    expect(newCritical(before, [alertOf("b"), ...before])?.alertId).toBe("b");
    expect(newCritical(before, before)).toBeUndefined();
    expect(newCritical([], [alertOf("c", { isSilenced: true })])).toBeUndefined();
    expect(newCritical([], [alertOf("d", { severity: "warning" })])).toBeUndefined();
  });
});
