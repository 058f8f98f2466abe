import type { OpenWebSocket } from "@fedloom/connection";
import { openNodeWebSocket } from "@fedloom/connection/node";
import { createEvent, type FedloomEvent, toWireEvent, type WireEvent } from "@fedloom/protocol";
import { type Relay, startRelay } from "@fedloom/relay";
import { afterEach, describe, expect, it } from "vitest";
import { openViewer, type Viewer, type ViewerOptions } from "./node.js";

const runId = "01JD0000000000000000000000";
const otherRun = "01JD0000000000000000000001";
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(port = 0, maxEvents = 10_000) {
  const { relay, address } = await startRelay({ port, flushMs: 1, maxEvents });
  cleanups.push(() => relay.close("over", 0));
  return { relay, port: address.port, url: `ws://127.0.0.1:${address.port}` };
}

const sockets: { terminate(): void }[] = [];

/** Ends every connection without a word, as a network would. */
function cutAll(): void {
  for (const socket of sockets.splice(0)) socket.terminate();
}

function open(options: ViewerOptions): Viewer {
  const openWebSocket: OpenWebSocket = (url, subprotocols) => {
    const socket = openNodeWebSocket()(url, subprotocols);
    sockets.push(socket as unknown as { terminate(): void });
    return socket;
  };
  const viewer = openViewer({ random: () => 0, openWebSocket, ...options });
  cleanups.push(() => viewer.close());
  return viewer;
}

function round(number: number, run = runId): WireEvent {
  const data = { runId: run, round: number, totalRounds: 99, participatingClients: 1 };
  return toWireEvent(createEvent("round_start", data));
}

function publish(relay: Relay, first: number, last: number, source?: string): void {
  for (let number = first; number <= last; number++) {
    relay.publish({ ...round(number), ...(source && { meta: { source, seq: number } }) });
  }
}

/** Collects rounds through callbacks. */
function collect(options: ViewerOptions) {
  const rounds: number[] = [];
  const told: string[] = [];
  const viewer = open({
    onEvent: (event) => rounds.push((event as FedloomEvent<"round_start">).data.round),
    onGap: () => told.push("gap"),
    onStateChange: (state) => told.push(state),
    onSubscribed: ({ recovered, numReplayed }) =>
      told.push(`${recovered ? "recovered" : "lost"} ${numReplayed}`),
    ...options,
  });
  return { viewer, rounds, told };
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

describe("Viewer", () => {
  it("is read with for await", async () => {
    const { relay, url } = await start();
    publish(relay, 1, 3);
    const seen: number[] = [];
    for await (const event of open({ url, runId, from: "start" })) {
      if (event.type !== "round_start") continue;
      seen.push(event.data.round);
      if (event.data.round === 3) publish(relay, 4, 5);
      if (event.data.round === 5) break;
    }
    expect(seen).toEqual(upTo(5));
    await expect.poll(() => relay.numConnections).toBe(0);
  });

  it("goes on after its last event when the connection is lost", async () => {
    const { relay, url } = await start();
    publish(relay, 1, 2);
    const { viewer, rounds, told } = collect({ url, runId, from: "start" });
    await expect.poll(() => rounds).toEqual([1, 2]);
    cutAll();
    publish(relay, 3, 4);
    await expect.poll(() => rounds).toEqual(upTo(4));
    expect(told).toEqual([
      "connecting",
      "open",
      "recovered 2",
      "waiting",
      "connecting",
      "open",
      "recovered 2",
    ]);
    expect(viewer.counters).toEqual({ events: 4, duplicates: 0, conflated: 0, gaps: 0 });
  });

  it("shows each event once when a restarted relay gets them again, and tells the gap", async () => {
    const first = await start();
    const { viewer, rounds, told } = collect({ url: first.url, runId, from: "start" });
    await expect.poll(() => told).toContain("open");
    publish(first.relay, 1, 5, "trainer");
    await expect.poll(() => rounds).toEqual(upTo(5));
    await first.relay.close("restart", 0);
    const second = await start(first.port);
    publish(second.relay, 3, 8, "trainer");
    await expect.poll(() => rounds).toEqual(upTo(8));
    expect(told.filter((what) => what === "gap")).toHaveLength(1);
    expect(viewer.counters.duplicates).toBe(3);
  });

  it("resumes a view of every run in the relay's order", async () => {
    const { relay, url } = await start();
    const seen: string[] = [];
    const viewer = open({
      url,
      from: "start",
      onEvent: ({ data }) =>
        seen.push(
          `${(data as { runId: string }).runId === runId ? "a" : "b"}${(data as { round: number }).round}`,
        ),
    });
    relay.publish(round(1));
    relay.publish(round(1, otherRun));
    await expect.poll(() => seen).toEqual(["a1", "b1"]);
    cutAll();
    relay.publish(round(2, otherRun));
    relay.publish(round(2));
    await expect.poll(() => seen).toEqual(["a1", "b1", "b2", "a2"]);
    expect(viewer.counters.gaps).toBe(0);
  });

  it("begins so many events back, and goes on from there after a loss", async () => {
    const { relay, url } = await start();
    publish(relay, 1, 9);
    const { rounds, told } = collect({ url, runId, from: { newest: 3 } });
    await expect.poll(() => rounds).toEqual([7, 8, 9]);
    cutAll();
    publish(relay, 10, 11);
    await expect.poll(() => rounds).toEqual([7, 8, 9, 10, 11]);
    expect(told.filter((what) => what.startsWith("rec"))).toEqual(["recovered 3", "recovered 2"]);
    const all = collect({ url, runId, from: { newest: 100 } });
    await expect.poll(() => all.rounds).toEqual(upTo(11));
    const none = collect({ url, runId: otherRun, from: { newest: 5 } });
    await expect.poll(() => none.told).toContain("recovered 0");
  });

  it("lets the relay go while its reader is slow, and misses nothing", async () => {
    const { relay, url } = await start();
    const viewer = open({ url, runId, from: "start", maxQueuedEvents: 10 });
    publish(relay, 1, 500);
    const seen: number[] = [];
    for await (const event of viewer) {
      seen.push((event as FedloomEvent<"round_start">).data.round);
      if (seen.length === 500) break;
    }
    expect(seen).toEqual(upTo(500));
  });

  it("throws at a gap that nobody listens to", async () => {
    const { relay, url } = await start(0, 2);
    for (const number of [1, 2, 3]) publish(relay, number, number);
    const read = async () => {
      for await (const event of open({ url, runId, from: "start" })) expect(event).toBeDefined();
    };
    await expect(read()).rejects.toMatchObject({
      code: "gap",
      message: "events after the start are gone from the relay",
    });
  });

  it("says why the relay refuses it", async () => {
    const { url } = await start();
    const read = async () => {
      for await (const event of open({ url, types: ["nonsense_*"] })) expect(event).toBeDefined();
    };
    await expect(read()).rejects.toMatchObject({ code: "refused" });
  });
});
