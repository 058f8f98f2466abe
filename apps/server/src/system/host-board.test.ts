import { Relay, type StreamEntry } from "@fedloom/relay";
import { afterAll, describe, expect, it } from "vitest";
import { HostBoard } from "./host-board.js";
import { eventOf, metricsOf } from "./testing-hosts.js";

const relay = new Relay();
afterAll(() => relay.close());

const MINUTE = 60_000;
const START = Date.parse("2026-11-20T00:00:00.000Z");
let clock = 0;
const now = () => new Date(START + clock);

/** The event of a host as it comes through the relay; its own clock is wrong by years. */
function entryOf(host: string): StreamEntry {
  let found: StreamEntry | undefined;
  const stop = relay.onEvent((_stream, entry) => {
    found = entry;
  });
  relay.publish(eventOf(host, { now: () => new Date("2099-01-01T00:00:00Z") }));
  stop();
  return found as StreamEntry;
}

describe("HostBoard", () => {
  it("keeps the newest sample of each host, stamped by the server's clock, and says which are stale", () => {
    clock = 0;
    const board = new HostBoard({ now, clock: () => clock });
    board.note("a", entryOf("a"));
    clock = 20_000;
    board.note("b", entryOf("b"));
    clock = 31_000;
    expect(board.current()).toEqual([
      { sample: metricsOf("a"), receivedAt: new Date(START).toISOString(), isStale: true },
      { sample: metricsOf("b"), receivedAt: new Date(START + 20_000).toISOString(), isStale: false },
    ]);
    expect(board.numFresh).toBe(1);
    board.note("a", entryOf("a"));
    expect(board.numFresh).toBe(2);
    board.forget("b");
    expect(board.current()).toHaveLength(1);
  });

  it("takes no more hosts than it may, says so, and gives the places of those that went silent", () => {
    clock = 0;
    const board = new HostBoard({ now, clock: () => clock, maxHosts: 2 });
    expect(["a", "b", "a"].map((host) => board.note(host, entryOf(host)))).toEqual([true, true, true]);
    expect(board.note("c", entryOf("c"))).toBe(false);
    expect(board.failure).toMatch(/^more than 2 hosts/);
    clock = 11 * MINUTE;
    expect(board.failure).toBeUndefined();
    expect(board.note("a", entryOf("a"))).toBe(true);
    expect(board.note("c", entryOf("c"))).toBe(true);
    expect(board.current().map(({ sample }) => sample.host)).toEqual(["a", "c"]);
    expect(board.note("b", entryOf("b"))).toBe(false);
  });
});
