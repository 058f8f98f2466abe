import { describe, expect, it } from "vitest";
import { FailureLimit, TooManyFailures } from "./failure-limit.js";

const HERE = "192.0.2.1";

function limited(maxPerMinute: number) {
  let nowMs = 0;
  const seen: string[] = [];
  const limit = new FailureLimit({ maxPerMinute, clock: () => nowMs });
  const check = limit.guard(async (token) => {
    seen.push(token);
    if (token === "broken") throw new Error("no database");
    return token.startsWith("good") ? { role: "viewer" } : undefined;
  });
  const advance = (ms: number) => {
    nowMs += ms;
  };
  return { check, seen, advance };
}

describe("a limit of wrong tokens", () => {
  it("stops to look at tokens of an address, until time has passed", async () => {
    const { check, seen, advance } = limited(2);
    expect([await check("a", HERE), await check("b", HERE)]).toEqual([undefined, undefined]);
    const refused = await check("c", HERE).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TooManyFailures);
    expect((refused as TooManyFailures).retryAfterMs).toBe(30_000);
    expect(seen).toEqual(["a", "b"]);
    // Others are not held to account.
    expect(await check("good", "192.0.2.2")).toEqual({ role: "viewer" });
    advance(30_000);
    expect(await check("good", HERE)).toEqual({ role: "viewer" });
  });

  it("looks at many at once no more often than at one after the other", async () => {
    const { check, seen } = limited(3);
    await Promise.allSettled(Array.from({ length: 50 }, (_, i) => check(`wrong-${i}`, HERE)));
    expect(seen).toHaveLength(3);
  });

  it("always looks at tokens that were right, so that a stranger locks nobody out", async () => {
    const { check } = limited(1);
    await check("good", HERE);
    await check("wrong", HERE);
    expect(await check("good", HERE)).toEqual({ role: "viewer" });
    await expect(check("good too", HERE)).rejects.toBeInstanceOf(TooManyFailures);
  });

  it("counts neither right tokens nor faults of its own", async () => {
    const { check } = limited(1);
    for (let i = 0; i < 5; i++) await expect(check("broken", HERE)).rejects.toThrow("no database");
    for (let i = 0; i < 5; i++) await check("good", HERE);
    expect(await check("wrong", HERE)).toBeUndefined();
  });
});
