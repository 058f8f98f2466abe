import { alertRule } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { RuleDesk } from "./rule-desk.js";
import type { LiveAlert } from "./subject.js";

function createDesk(definition: Record<string, unknown>) {
  const decoded = alertRule.decode({ name: "Rule", ...definition });
  if (!decoded.ok) throw decoded.error;
  const fired: string[] = [];
  let now = 0;
  const desk = new RuleDesk({
    ruleId: "rule",
    rule: decoded.value,
    clock: () => now,
    remembered: new Map(),
    onFire: ({ key }) => {
      fired.push(key);
      return { alertId: `alert-${fired.length}` } as LiveAlert;
    },
    onResolve: () => {},
  });
  const pass = (ms: number) => {
    now += ms;
    desk.tick(now, 0);
  };
  return { desk, fired, pass };
}

describe("RuleDesk", () => {
  it("looks after 2,000 subjects at most, rather of those of which something is wrong", () => {
    const { desk, fired } = createDesk({ kind: "nan" });
    const bad = desk.open({ runId: "bad" });
    if (bad) desk.judge(bad, { holds: true, message: "bad" });
    for (let client = 0; client < 10_000; client++)
      desk.open({ clientId: `${client}` }, { isStanding: true });
    expect(desk.size).toBe(2_000);
    expect(desk.find({ runId: "bad" })).toBe(bad);
    expect(desk.numRefused).toBe(0);
    expect(fired).toHaveLength(1);
  });

  it("does not let go of what fires, and counts what it cannot look after", () => {
    const { desk, pass } = createDesk({ kind: "nan" });
    for (let client = 0; client < 2_000; client++) {
      if (client % 200 === 199) pass(200_000);
      const subject = desk.open({ clientId: `${client}` });
      if (subject) desk.judge(subject, { holds: true, message: "bad" });
    }
    expect([...desk.firing()]).toHaveLength(2_000);
    expect(desk.open({ clientId: "more" })).toBeUndefined();
    expect(desk.numRefused).toBe(1);
  });

  it("of failed runs lets go of the oldest, whose alerts go on", () => {
    const { desk, pass, fired } = createDesk({ kind: "run_failed" });
    for (let run = 0; run < 2_001; run++) {
      if (run % 200 === 199) pass(200_000);
      const subject = desk.open({ runId: `${run}` });
      if (subject) desk.judge(subject, { holds: true, message: "failed" });
    }
    expect(fired).toHaveLength(2_001);
    expect(desk.size).toBe(2_000);
    expect(desk.find({ runId: "0" })).toBeUndefined();
  });

  it("keeps nobody of whom nothing is wrong any more", () => {
    const { desk, pass } = createDesk({ kind: "nan", cooldown_seconds: 60 });
    const subject = desk.open({ runId: "a" });
    if (!subject) throw new Error("expected a subject");
    desk.judge(subject, { holds: true, message: "bad" });
    desk.judge(subject, { holds: false, message: "good" });
    pass(59_999);
    expect(desk.size).toBe(1);
    pass(1);
    expect(desk.size).toBe(0);
  });
});
