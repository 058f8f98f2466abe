import type { FedloomEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { NOTHING_CHANGED, withEvent } from "./changed-runs.js";

const event = (type: string, data: object) => ({ type, timestamp: "", data }) as unknown as FedloomEvent;

describe("what has changed", () => {
  it("names each run once", () => {
    let changed = NOTHING_CHANGED;
    for (const runId of ["a", "b", "a"]) changed = withEvent(changed, event("round_end", { runId }));
    expect([...changed.runIds]).toEqual(["a", "b"]);
    expect(changed.isListChanged).toBe(false);
  });

  it("says when the list may be another", () => {
    const one = withEvent(NOTHING_CHANGED, event("round_end", { runId: "a" }));
    expect(withEvent(one, event("training_end", { runId: "a" })).isListChanged).toBe(true);
  });

  it("is the same where nothing is new, and for what belongs to no run", () => {
    const one = withEvent(NOTHING_CHANGED, event("run_state", { runId: "a" }));
    expect(withEvent(one, event("round_end", { runId: "a" }))).toBe(one);
    expect(withEvent(one, event("heartbeat", {}))).toBe(one);
  });
});
