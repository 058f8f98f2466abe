import { Connection, type OpenWebSocket } from "@fedloom/connection";
import { openNodeWebSocket } from "@fedloom/connection/node";
import { createClientMessage, createEvent } from "@fedloom/protocol";
import { type Relay, startRelay } from "@fedloom/relay";
import { afterEach, describe, expect, it } from "vitest";
import { MetricsSender, type MetricsSenderOptions } from "./metrics-sender.js";
import type { Spool, SpoolRecord } from "./spool.js";

const runId = "01JD0000000000000000000000";
const source = "trainer";
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(port = 0) {
  const { relay, address } = await startRelay({ port, flushMs: 1 });
  cleanups.push(() => relay.close());
  return { relay, port: address.port, url: `ws://127.0.0.1:${address.port}` };
}

/** A spool that lets go of nothing and answers when the test says so, as a file on a slow disk does. */
class SlowSpool implements Spool {
  readonly firstSeq = 1;
  readonly numSpooled = 0;
  readonly numDropped = 0;
  readonly failure = undefined;
  acknowledged = 0;
  /** Answers the next read, or fails it. */
  answer: (error?: Error) => void = () => {};
  #isHeld = false;
  #onRead = () => {};
  readonly #records: SpoolRecord[] = [];

  get lastSeq(): number {
    return this.#records.length;
  }

  append(record: SpoolRecord): void {
    this.#records.push(record);
  }

  /** Holds the next read back; resolves when there is one. */
  holdRead(): Promise<void> {
    this.#isHeld = true;
    return new Promise((resolve) => {
      this.#onRead = resolve;
    });
  }

  async read(seq: number): Promise<readonly SpoolRecord[]> {
    const records = this.#records.slice(seq);
    if (this.#isHeld) {
      this.#isHeld = false;
      await new Promise<void>((resolve, reject) => {
        this.answer = (error) => (error ? reject(error) : resolve());
        this.#onRead();
      });
    }
    return records;
  }

  acknowledge(seq: number): void {
    this.acknowledged = seq;
  }

  async close(): Promise<void> {}
}

function createSender(url: string, options: MetricsSenderOptions = {}) {
  const spool = new SlowSpool();
  const openWebSocket = openNodeWebSocket({ background: true });
  const sender = new MetricsSender({
    url,
    runId,
    source,
    random: () => 0,
    spools: { open: () => spool },
    openWebSocket,
    ...options,
  });
  cleanups.push(() => sender.close(0));
  const send = (round: number) =>
    sender.send(createEvent("round_start", { runId, round, totalRounds: 9, participatingClients: 1 }));
  return { sender, spool, send };
}

function rounds(relay: Relay) {
  return (relay.streams.get(runId)?.after(0) ?? []).map(({ event }) => event.data.round);
}

describe("RunPublisher", () => {
  it("sends nothing on a new connection before the relay has said what it has", async () => {
    const first = await start();
    let onOpen = (_resume: () => void) => {};
    let isFirst = true;
    const openWebSocket: OpenWebSocket = (url, subprotocols) => {
      const socket = openNodeWebSocket({ background: true })(url, subprotocols);
      if (!isFirst) {
        // The network is slow: the connection stands, the relay's welcome is on its way.
        socket.onopen = () => {
          const { pause, resume } = socket as unknown as { pause(): void; resume(): void };
          pause.call(socket);
          onOpen(() => resume.call(socket));
        };
      }
      isFirst = false;
      return socket;
    };
    const { sender, spool, send } = createSender(first.url, { openWebSocket });
    send(1);
    expect(await sender.flush()).toBe(true);
    const isHeld = spool.holdRead();
    send(2);
    await isHeld;
    const opened = new Promise<() => void>((resolve) => {
      onOpen = resolve;
    });
    await first.relay.close("restart", 0);
    const second = await start(first.port);
    const resume = await opened;
    spool.answer();
    await new Promise(setImmediate);
    resume();
    expect(await sender.flush(5_000)).toBe(true);
    expect(rounds(second.relay)).toEqual([1, 2]);
  });

  it("asks for its lease again after another connection took it", async () => {
    const { relay, url } = await start();
    const { sender, send } = createSender(url);
    send(1);
    expect(await sender.flush()).toBe(true);
    await new Promise<void>((resolve) => {
      const other: Connection = new Connection({
        url,
        openWebSocket: openNodeWebSocket(),
        onReady: () => other.send(createClientMessage("publish", { runId, source })),
        onMessage: ({ type }) => type === "ack" && resolve(),
      });
      cleanups.push(() => other.close());
    });
    send(2);
    expect(await sender.flush(5_000)).toBe(true);
    expect(rounds(relay)).toEqual([1, 2]);
    expect(sender.counters.rejected).toBe(0);
  });

  it("reads a spool again that could not be read", async () => {
    const { relay, url } = await start();
    const { sender, spool, send } = createSender(url);
    send(1);
    expect(await sender.flush()).toBe(true);
    const isHeld = spool.holdRead();
    send(2);
    await isHeld;
    spool.answer(new Error("EMFILE: too many open files"));
    expect(await sender.flush(5_000)).toBe(true);
    expect(rounds(relay)).toEqual([1, 2]);
  });
});
