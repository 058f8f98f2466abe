import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../open-database.js";
import { createTestFolder } from "../testing-database.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let database: Database;
let numTokens = 0;

/** Adds a token that no other test uses. */
async function add(more: { role?: "viewer" | "admin"; expiresAt?: string; label?: string } = {}) {
  numTokens += 1;
  const tokenId = `token-${numTokens}`;
  const hash = String(numTokens).padStart(64, "0");
  await database.tokens.create({ tokenId, hash, role: "viewer", ...more });
  return { tokenId, hash };
}

beforeAll(async () => {
  folder = await createTestFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
}, 60_000);

afterAll(async () => {
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
});

describe("tokens", () => {
  it("are found by their hash, which is told to nobody", async () => {
    const { tokenId, hash } = await add({ label: "on the wall\u0000" });
    const found = await database.tokens.findByHash(hash);
    expect(found).toMatchObject({ tokenId, role: "viewer", label: "on the wall�" });
    expect(await database.tokens.findByHash("f".repeat(64))).toBeUndefined();
    expect(JSON.stringify([found, await database.tokens.list()])).not.toContain(hash);
  });

  it("note their use", async () => {
    const { tokenId, hash } = await add();
    const row = async () => (await database.tokens.list()).find((token) => token.tokenId === tokenId);
    expect((await row())?.lastUsedAt).toBeUndefined();
    await database.tokens.findByHash(hash);
    const { lastUsedAt } = (await row()) ?? {};
    expect(lastUsedAt).toMatch(/Z$/);
    // Within the same minute nothing is written again.
    await database.tokens.findByHash(hash);
    expect((await row())?.lastUsedAt).toBe(lastUsedAt);
  });

  it("work until they are revoked or over", async () => {
    const [good, revoked, over] = [
      await add({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
      await add(),
      await add({ expiresAt: "2020-01-01T00:00:00.000Z" }),
    ];
    expect(await database.tokens.revoke(revoked.tokenId)).toBe(true);
    expect(await database.tokens.revoke("nothing")).toBe(false);
    expect((await database.tokens.findByHash(good.hash))?.expiresAt).toMatch(/Z$/);
    expect(await database.tokens.findByHash(revoked.hash)).toBeUndefined();
    expect(await database.tokens.findByHash(over.hash)).toBeUndefined();
    const ids = [good, revoked, over].map(({ tokenId }) => tokenId);
    expect(await database.tokens.listValid([...ids, "nothing"])).toEqual([good.tokenId]);
    expect(await database.tokens.listValid([])).toEqual([]);
  });

  it("keep the time of their first revocation", async () => {
    const { tokenId } = await add();
    const revokedAt = async () => {
      await database.tokens.revoke(tokenId);
      return (await database.tokens.list()).find((token) => token.tokenId === tokenId)?.revokedAt;
    };
    expect(await revokedAt()).toBe(await revokedAt());
  });

  it("are told apart by role", async () => {
    expect(await database.tokens.hasValid("admin")).toBe(false);
    const { tokenId } = await add({ role: "admin" });
    expect(await database.tokens.hasValid("admin")).toBe(true);
    await database.tokens.revoke(tokenId);
    expect(await database.tokens.hasValid("admin")).toBe(false);
  });

  it("are listed newest first", async () => {
    const first = await add();
    const second = await add();
    const ids = (await database.tokens.list()).map(({ tokenId }) => tokenId);
    expect(ids.indexOf(second.tokenId)).toBeLessThan(ids.indexOf(first.tokenId));
  });
});
