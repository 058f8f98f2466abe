import type { TimelineAnswer } from "@fedloom/protocol";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TimelineLoader } from "./timeline-loader.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server with so many rounds that can be told to fail. */
function open({ newest }: { newest: number }) {
  const state = { newest, now: 0, isDown: false, asked: [] as number[], known: new Set<number>() };
  const errors: unknown[] = [];
  const loader = new TimelineLoader({
    async *read({ from, to }) {
      state.asked.push(from);
      if (state.isDown) throw new Error("down");
      const numRounds = Math.max(0, Math.min(to, state.newest) - from + 1);
      const rounds = Array.from({ length: numRounds }, (_, i) => ({
        round: from + i,
        statuses: "",
        durations_ms: "",
      }));
      const page: TimelineAnswer = { client_ids: [], next: null, longest_ms: 0, rounds };
      yield page;
    },
    isMissing: (round) => !state.known.has(round),
    onPage: ({ rounds }) => {
      for (const { round } of rounds) state.known.add(round);
    },
    onError: (error) => errors.push(error),
    now: () => state.now,
  });
  return { loader, state, errors };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

it("reads what is looked at and not known, the newest first, and nothing twice", async () => {
  const { loader, state } = open({ newest: 350 });
  loader.want(120, 350);
  await settle();
  expect(state.asked).toEqual([301, 201, 101]);
  loader.want(150, 350);
  await settle();
  expect(state.asked).toHaveLength(3);
  loader.want(1, 350);
  await settle();
  expect(state.asked).toEqual([301, 201, 101, 1]);
});

it("reads again what was let go of", async () => {
  const { loader, state } = open({ newest: 100 });
  loader.want(1, 100);
  await settle();
  state.known.delete(7);
  loader.want(2, 100);
  await settle();
  expect(state.asked).toEqual([1, 1]);
});

it("does not ask for a round that has not begun over and over, but later again", async () => {
  const { loader, state } = open({ newest: 40 });
  loader.want(1, 41);
  await settle();
  loader.want(1, 42);
  await settle();
  expect(state.asked).toEqual([1]);
  state.newest = 43;
  state.now = 60_000;
  loader.want(1, 43);
  await settle();
  expect(state.asked).toEqual([1, 1]);
  expect(state.known.has(43)).toBe(true);
});

it("says what went wrong and tries again after a while", async () => {
  const { loader, state, errors } = open({ newest: 100 });
  state.isDown = true;
  loader.want(1, 100);
  await settle();
  expect(errors).toEqual([new Error("down")]);
  state.isDown = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(errors).toEqual([new Error("down"), undefined]);
  expect(state.known.size).toBe(100);
});

it("asks nothing more once it is closed", async () => {
  const { loader, state } = open({ newest: 900 });
  loader.want(1, 900);
  loader.close();
  await settle();
  expect(state.asked).toEqual([801, 701]);
  expect(state.known.size).toBe(0);
});
