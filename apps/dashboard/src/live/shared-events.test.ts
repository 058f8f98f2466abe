import type { EventType, FedloomEvent } from "@fedloom/protocol";
import { expect, it, vi } from "vitest";
import { type SharedConnection, SharedEvents } from "./shared-events.js";
import { completedRun } from "./testing-events.js";

type Opened = SharedConnection & { isClosed: boolean };

function share(patienceMs = 60_000) {
  const opened: Opened[] = [];
  const shared = new SharedEvents({
    patienceMs,
    open: (options) => {
      const viewer: Opened = { ...options, isClosed: false };
      opened.push(viewer);
      return {
        close: () => {
          viewer.isClosed = true;
        },
      };
    },
  });
  const follow = (...types: EventType[]) => {
    const events: string[] = [];
    const told: string[] = [];
    const leave = shared.follow(types, {
      onEvent: ({ type }) => events.push(type),
      onChange: (following) => told.push(following),
    });
    return { events, told, leave };
  };
  return { opened, follow };
}

const EVENTS = completedRun(1) as FedloomEvent[];

it("serves all who follow by one connection, each with its types", async () => {
  const { opened, follow } = share();
  const one = follow("round_end", "training_end");
  const other = follow("round_end");
  await vi.waitUntil(() => opened.length > 0);
  expect(opened[0]?.types).toEqual(["round_end", "training_end"]);
  opened[0]?.onSubscribed();
  for (const event of EVENTS) opened[0]?.onEvent(event);
  expect([one.events, other.events]).toEqual([["round_end", "training_end"], ["round_end"]]);
  const late = follow("training_end");
  expect(late.told).toEqual(["live"]);
  for (const { leave } of [one, other, late]) leave();
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true]);
});

it("opens another one for types that the first does not bring, and says that something may be missing", async () => {
  const { opened, follow } = share();
  const one = follow("alert");
  await vi.waitUntil(() => opened.length === 1);
  opened[0]?.onSubscribed();
  follow("run_state");
  await vi.waitUntil(() => opened.length === 2);
  opened[1]?.onSubscribed();
  expect(one.told).toEqual(["connecting", "live", "reconnecting", "live"]);
  expect(opened[0]?.isClosed).toBe(true);
});

it("does not let anybody wait for a connection that hangs", async () => {
  const { follow } = share(5);
  const { told } = follow("alert");
  await vi.waitUntil(() => told.includes("reconnecting"));
});
