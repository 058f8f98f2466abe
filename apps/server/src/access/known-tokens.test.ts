import type { TokenRow } from "@fedloom/db";
import { createToken, hashToken } from "@fedloom/relay";
import { describe, expect, it } from "vitest";
import { KnownTokens } from "./known-tokens.js";

function knownTokens(rows: Record<string, TokenRow>) {
  let nowMs = 0;
  const asked: string[] = [];
  const known = new KnownTokens(
    {
      async findByHash(hash) {
        asked.push(hash);
        return rows[hash];
      },
    },
    () => nowMs,
  );
  const advance = (ms: number) => {
    nowMs += ms;
  };
  return { known, asked, advance };
}

describe("known tokens", () => {
  const { token } = createToken({ role: "viewer" });
  const row: TokenRow = {
    tokenId: "t1",
    role: "viewer",
    label: "",
    createdAt: "2026-11-20T10:00:00.000Z",
    expiresAt: "2126-11-21T10:00:00.000Z",
  };

  it("are looked up once in five seconds, however many ask", async () => {
    const { known, asked, advance } = knownTokens({ [hashToken(token)]: row });
    const grants = await Promise.all([known.find(token), known.find(token)]);
    expect(grants[0]).toEqual({ role: "viewer", tokenId: "t1", expiresAt: Date.parse(row.expiresAt ?? "") });
    await known.find(token);
    expect(asked).toHaveLength(1);
    expect(known.tokenIds()).toEqual(["t1"]);
    advance(5_000);
    await known.find(token);
    expect(asked).toHaveLength(2);
    known.forget(new Set(["t1"]));
    expect(known.tokenIds()).toEqual([]);
    await known.find(token);
    expect(asked).toHaveLength(3);
  });

  it("are forgotten when they are old, and wrong ones at once", async () => {
    const { known, asked, advance } = knownTokens({ [hashToken(token)]: row });
    await known.find(token);
    advance(5_000);
    const wrong = createToken({ role: "viewer" }).token;
    expect([await known.find(wrong), await known.find(wrong)]).toEqual([undefined, undefined]);
    expect(asked).toHaveLength(3);
    expect(known.tokenIds()).toEqual([]);
  });

  it("are not asked of the database when they cannot be in it", async () => {
    const { known, asked } = knownTokens({});
    for (const strange of ["", "x", `${token}x`, "'; drop table tokens", "ÿ".repeat(51)]) {
      expect(await known.find(strange)).toBeUndefined();
    }
    expect(asked).toEqual([]);
  });
});
