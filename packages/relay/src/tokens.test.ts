import { describe, expect, it } from "vitest";
import { createToken, createTokenCheck } from "./tokens.js";

describe("tokens", () => {
  it("are known by their hash, until they expire", async () => {
    const viewer = createToken({ role: "viewer" });
    const publisher = createToken({ role: "publisher", runId: "01JD0000000000000000000000" });
    const old = createToken({ role: "admin" });
    const check = createTokenCheck(
      [viewer.record, publisher.record, { ...old.record, expiresAt: 1_000 }],
      () => 1_000,
    );
    expect(await check(viewer.token)).toEqual({ role: "viewer", runId: undefined });
    expect(await check(publisher.token)).toEqual({ role: "publisher", runId: "01JD0000000000000000000000" });
    expect(await check(old.token)).toBeUndefined();
    expect(await check(`${viewer.token}x`)).toBeUndefined();
    expect(await check("")).toBeUndefined();
    expect(JSON.stringify(viewer.record)).not.toContain(viewer.token);
    expect(viewer.token).not.toBe(createToken({ role: "viewer" }).token);
  });
});
