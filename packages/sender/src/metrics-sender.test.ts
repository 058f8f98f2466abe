import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { openNodeWebSocket } from "@fedloom/connection/node";
import { createEvent, type TrainingEvent } from "@fedloom/protocol";
import { Relay, startRelay } from "@fedloom/relay";
import { afterEach, describe, expect, it } from "vitest";
import { MemorySpool } from "./memory-spool.js";
import { MetricsSender, type MetricsSenderOptions } from "./metrics-sender.js";

const runId = "01JD0000000000000000000000";
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function createSender(url: string, options: MetricsSenderOptions = {}) {
  const sender = new MetricsSender({
    url,
    source: "trainer",
    random: () => 0,
    openWebSocket: openNodeWebSocket({ background: true }),
    ...options,
  });
  cleanups.push(() => sender.close(0));
  return sender;
}

async function start(port = 0) {
  const { relay, address } = await startRelay({ port, flushMs: 1 });
  cleanups.push(() => relay.close());
  return { relay, port: address.port, url: `ws://127.0.0.1:${address.port}` };
}

function round(n: number): TrainingEvent {
  return createEvent("round_start", { runId, round: n, totalRounds: 100, participatingClients: 1 });
}

function rounds(relay: Relay) {
  return (relay.streams.get(runId)?.after(0) ?? []).map(({ event }) => event.data.round);
}

describe("MetricsSender", () => {
  it("delivers every event once and in order", async () => {
    const { relay, url } = await start();
    const sender = createSender(url);
    for (let n = 1; n <= 500; n++) sender.send(round(n));
    expect(await sender.flush()).toBe(true);
    expect(rounds(relay)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    expect(sender.counters).toEqual({
      sent: 500,
      spooled: 0,
      pending: 0,
      conflated: 0,
      dropped: 0,
      rejected: 0,
      failed: 0,
    });
  });

  it("sends again what a relay that went away did not acknowledge", async () => {
    const first = await start();
    const sender = createSender(first.url);
    sender.send(round(1));
    await sender.flush();
    await first.relay.close("restart", 0);
    sender.send(round(2));
    sender.send(round(3));
    const second = await start(first.port);
    expect(await sender.flush(5_000)).toBe(true);
    expect(rounds(second.relay)).toEqual([2, 3]);
  });

  it("keeps its events until they are stored where the relay stores them", async () => {
    const relay = new Relay({ ackLevel: "stored", flushMs: 1 });
    cleanups.push(() => relay.close());
    const { port } = await relay.listen({ host: "127.0.0.1", port: 0 });
    const sender = createSender(`ws://127.0.0.1:${port}`);
    const accepted = new Promise<void>((resolve) => {
      relay.onEvent((stream) => stream.head === 2 && resolve());
    });
    sender.send(round(1));
    sender.send(round(2));
    await accepted;
    expect(sender.counters.pending).toBe(2);
    relay.markStored(runId, "trainer", 2);
    expect(await sender.flush()).toBe(true);
  });

  it("lets go of an event that the relay refuses", async () => {
    const { relay, url } = await start();
    const sender = createSender(url);
    sender.send(round(-1));
    sender.send(round(2));
    expect(await sender.flush()).toBe(true);
    expect(rounds(relay)).toEqual([2]);
    expect(sender.counters.rejected).toBe(1);
  });

  it("goes on without a relay and drops gauges first when memory is short", async () => {
    const sender = createSender("ws://127.0.0.1:9", {
      throttleMs: 0,
      spools: { open: () => new MemorySpool({ maxEvents: 3 }) },
    });
    const progress = (localEpoch: number) =>
      createEvent("client_progress", {
        runId,
        round: 1,
        clientId: "a",
        localEpoch,
        totalLocalEpochs: 9,
        trainLoss: 1,
        learningRate: 0.1,
      });
    sender.send(round(1));
    for (const epoch of [1, 2, 3, 4]) sender.send(progress(epoch));
    sender.send(round(2));
    expect(sender.counters).toMatchObject({ sent: 6, pending: 6, dropped: 3 });
    expect(await sender.close(10)).toBe(false);
  });

  it("never throws, whatever it is given", async () => {
    const sender = createSender("ws://127.0.0.1:9");
    sender.send(undefined as unknown as TrainingEvent);
    sender.send({ type: "round_start", data: { runId, round: 1n } } as unknown as TrainingEvent);
    await sender.close(0);
    sender.send(round(1));
    expect(sender.counters.failed).toBe(3);
    expect(() => createSender("not a url")).not.toThrow();
  });

  it("is not held up by something that accepts connections and says nothing", async () => {
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    await once(silent, "listening");
    const sender = createSender(`ws://127.0.0.1:${(silent.address() as { port: number }).port}`);
    sender.send(round(1));
    expect(await sender.close(20)).toBe(false);
  });
});
