import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** The module as a tab has it that was just loaded. */
async function load() {
  vi.resetModules();
  return import("./session.js");
}

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("a session", () => {
  it("asks for a token once one was wanted, keeps it for the tab, and forgets it", async () => {
    const first = await load();
    expect(first.currentSession()).toEqual({ token: undefined, isAsked: false, problem: undefined });
    first.noteRefusal(undefined);
    expect(first.currentSession()).toMatchObject({ isAsked: true, problem: undefined });
    first.signIn("t");
    expect((await load()).currentSession()).toMatchObject({ token: "t", isAsked: false });
    first.signOut();
    expect(first.currentSession()).toMatchObject({ token: undefined, isAsked: true });
    expect(stored.size).toBe(0);
  });

  it("tells when its token is no longer good, whatever older requests say", async () => {
    const session = await load();
    session.signIn("new");
    session.noteRefusal("old");
    session.noteRefusal(undefined);
    expect(session.currentToken()).toBe("new");
    session.noteRefusal("new");
    expect(session.currentSession()).toEqual({
      token: undefined,
      isAsked: true,
      problem: "The token is no longer valid.",
    });
  });

  it("does without storage", async () => {
    vi.stubGlobal("sessionStorage", undefined);
    const session = await load();
    session.signIn("t");
    expect(session.currentToken()).toBe("t");
  });
});
