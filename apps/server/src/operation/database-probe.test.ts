import { describe, expect, it } from "vitest";
import { DatabaseProbe } from "./database-probe.js";

function failWith(code: string): Promise<never> {
  const cause = Object.assign(new Error("connect to 10.0.0.5:5432 as fedloom"), { code });
  return Promise.reject(new Error("query failed", { cause }));
}

describe("a probe of the database", () => {
  it("says how long the answer took", async () => {
    let now = 0;
    const probe = new DatabaseProbe(async () => (now += 7), { clock: () => now });
    expect(await probe.state()).toEqual({ isUp: true, latencyMs: 7 });
  });

  it("asks once for many who want to know, and again when the answer is old", async () => {
    let [now, numAsked] = [0, 0];
    const probe = new DatabaseProbe(async () => numAsked++, { clock: () => now, maxAgeMs: 500 });
    await Promise.all(Array.from({ length: 100 }, () => probe.state()));
    now = 499;
    await probe.state();
    expect(numAsked).toBe(1);
    now = 500;
    await probe.state();
    expect(numAsked).toBe(2);
  });

  it("does not wait for a database that hangs, asks it nothing more, and sees when it is back", async () => {
    const answers: (() => void)[] = [];
    const ping = () => new Promise<void>((resolve) => answers.push(resolve));
    const probe = new DatabaseProbe(ping, { timeoutMs: 20, maxAgeMs: 0 });
    const hanging = await probe.state();
    expect(hanging).toMatchObject({ isUp: false, reason: expect.stringMatching(/^no answer for 0\.\d s$/) });
    expect((await probe.state()).isUp).toBe(false);
    expect(answers).toHaveLength(1);
    const back = probe.state();
    answers[0]?.();
    await back;
    const next = probe.state();
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    expect(await next).toMatchObject({ isUp: true });
  });

  it.each([
    ["ECONNREFUSED", "nothing listens where it should be"],
    ["57P03", "it is starting up"],
    ["XX000", "it refuses to answer; the server's log says more"],
  ])("says for %s in its own words what is wrong", async (code, reason) => {
    const probe = new DatabaseProbe(() => failWith(code));
    expect(await probe.state()).toEqual({ isUp: false, reason });
  });
});
