import { expect, it } from "vitest";
import type { Source } from "../live/run-session.js";
import { emptyView } from "../live/run-view.js";
import { describeSource } from "./describe-source.js";

const say = (source: Source, state: "running" | "paused" = "running", heardAt = 100_000) =>
  describeSource({ source, view: emptyView, heardAt }, { state, now: 100_000 }).text;

it("says where data comes from", () => {
  const live = { kind: "live", transport: "relay", numReplayed: 0 } as const;
  expect(say({ kind: "connecting" })).toBe("Connecting…");
  expect(say(live)).toBe("Live");
  expect(say({ ...live, numReplayed: 214 })).toBe("Live · replayed 214 events");
  expect(say({ ...live, transport: "sse" })).toBe("Live over HTTP (sockets are blocked)");
  expect(say({ ...live, transport: "polling" })).toBe("Asked every 2 s");
  expect(say({ kind: "stored" })).toBe("Stored data");
  expect(say({ kind: "ended" })).toBe("Watched live to its end");
});

it("says as of when, while the connection is away", () => {
  const view = { ...emptyView, lastEventAt: "2026-11-20T10:32:05.000Z" };
  const { text, tone } = describeSource(
    { source: { kind: "reconnecting" }, view },
    { state: "running", now: 0 },
  );
  expect(text).toMatch(/^Reconnecting… shown as of .*32.05/);
  expect(tone).toBe("warn");
});

it("says when a run that goes on is not heard of, in steps that can be listened to", () => {
  const live = { kind: "live", transport: "relay", numReplayed: 0 } as const;
  expect(say(live, "running", 59_000)).toBe("Stale: nothing heard for 40 s");
  expect(say(live, "running", 71_000)).toBe("Live");
  expect(say(live, "paused", 0)).toBe("Live");
});
