import type { OpenWebSocket } from "@fedloom/connection";
import { openNodeWebSocket } from "@fedloom/connection/node";
import { type FedloomEvent, toWireEvent } from "@fedloom/protocol";
import { afterEach, expect, it, vi } from "vitest";
import { type Relay, startRelay } from "../../../../packages/relay/src/index.js";
import type { FeedStart } from "./feed.js";
import { RunFeed } from "./run-feed.js";
import { completedRun, RUN_ID } from "./testing-events.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const EVENTS = completedRun(4);

async function start(options: { port?: number; maxEvents?: number } = {}) {
  const { relay, address } = await startRelay({ port: 0, flushMs: 1, ...options });
  cleanups.push(() => relay.close("over", 0));
  return { relay, port: address.port, url: `ws://127.0.0.1:${address.port}` };
}

const publish = (relay: Relay, events: readonly FedloomEvent[]) => {
  for (const event of events) {
    const { source, seq } = event.meta ?? {};
    relay.publish({ ...toWireEvent(event), meta: { source, seq } });
  }
};

/** A feed of a page in Node; `sleepMs` is how long the machine has slept. */
function follow(relayUrl: string) {
  const seqs: number[] = [];
  const starts: FeedStart[] = [];
  let numLost = 0;
  let sleptMs = 0;
  const sockets: { terminate(): void }[] = [];
  const openWebSocket: OpenWebSocket = (url, subprotocols) => {
    const socket = openNodeWebSocket()(url, subprotocols);
    sockets.push(socket as unknown as { terminate(): void });
    return socket;
  };
  const feed = new RunFeed({
    runId: RUN_ID,
    relayUrl,
    openWebSocket,
    random: () => 0,
    now: () => Date.now() + sleptMs,
    whenSeen: async () => {},
    relayPatienceMs: 60_000,
    api: {
      findNewestPosition: async () => 0,
      getEvents: async () => ({ events: [], next: null }),
      openEventStream: async () => null,
    },
    onEvents: (events) => seqs.push(...events.map(({ meta }) => meta?.seq ?? 0)),
    onLive: (begin) => starts.push(begin),
    onLost: () => {
      numLost += 1;
    },
  });
  cleanups.push(() => feed.close());
  const cut = () => {
    for (const socket of sockets.splice(0)) socket.terminate();
  };
  const sleep = (ms: number) => {
    sleptMs += ms;
  };
  return { seqs, starts, cut, sleep, numLost: () => numLost };
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

it("begins with what the relay holds, and goes on after a loss with nothing missing", async () => {
  const { relay, url } = await start();
  publish(relay, EVENTS.slice(0, 6));
  const { seqs, starts, cut } = follow(url);
  await vi.waitUntil(() => seqs.length === 6);
  cut();
  publish(relay, EVENTS.slice(6, 9));
  await vi.waitUntil(() => seqs.length === 9);
  expect(seqs).toEqual(upTo(9));
  // What the relay held before is not all that there was.
  expect(starts).toEqual([
    { transport: "relay", numReplayed: 6, isWhole: false },
    { transport: "relay", numReplayed: 3, isWhole: true },
  ]);
});

it("says that something is missing when another relay answers", async () => {
  const first = await start();
  publish(first.relay, EVENTS.slice(0, 4));
  const { seqs, starts } = follow(first.url);
  await vi.waitUntil(() => seqs.length === 4);
  await first.relay.close("over", 0);
  const second = await start({ port: first.port });
  publish(second.relay, EVENTS.slice(8, 10));
  await vi.waitUntil(() => seqs.includes(10));
  expect(starts.at(-1)?.isWhole).toBe(false);
});

it("begins anew after a long sleep, instead of replaying all that was missed", async () => {
  const { relay, url } = await start();
  publish(relay, EVENTS.slice(0, 4));
  const { seqs, starts, cut, sleep } = follow(url);
  await vi.waitUntil(() => seqs.length === 4);
  sleep(3_600_000);
  cut();
  await vi.waitUntil(() => starts.length === 2);
  expect(starts[1]).toEqual({ transport: "relay", numReplayed: 4, isWhole: false });
});
