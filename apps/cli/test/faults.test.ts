import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { RawWebSocket } from "./raw-web-socket.js";
import { RUN_ID, Stage, untilSeen, upTo, waitMs } from "./stage.js";
import { metricOf } from "./start-cli.js";
import { TcpProxy } from "./tcp-proxy.js";

const stage = new Stage();
afterEach(() => stage.end());

function event(round: number, meta?: { source: string; seq: number }, text = "") {
  const data = {
    run_id: RUN_ID,
    round,
    total_rounds: 100_000,
    participating_clients: 1,
    client_ids: text ? [text] : undefined,
  };
  return JSON.stringify({ type: "round_start", timestamp: new Date().toISOString(), data, meta });
}

async function plainClient(url: string) {
  const socket = new WebSocket(url);
  const messages: { type: string; data: Record<string, unknown> }[] = [];
  socket.on("message", (frame) => messages.push(JSON.parse(frame.toString())));
  socket.on("error", () => {});
  stage.own(socket, () => socket.terminate());
  await once(socket, "open");
  return { socket, messages };
}

describe("the relay's process", () => {
  it("is killed and started again on its port: every viewer has every event once, in order", async () => {
    let relay = await stage.relay();
    const { sender, sendRound } = await stage.sender(relay.url);
    const watchers = [1, 2, 3].map(() => stage.watch(relay.url));
    for (let round = 1; round <= 300; round++) {
      sendRound(round);
      if (round % 10 === 0) await waitMs(5);
      if (round !== 150) continue;
      relay.process.kill("SIGKILL");
      await relay.exited;
      relay = await stage.relay([], relay.port);
    }
    expect(await sender.flush(20_000)).toBe(true);
    for (const watcher of watchers) {
      await untilSeen(watcher, 300);
      expect(watcher.rounds).toEqual(upTo(300));
    }
    // A viewer that comes only now gets the whole run as well, from the sender's spool.
    const late = stage.watch(relay.url);
    await untilSeen(late, 300);
    expect(late.rounds).toEqual(upTo(300));
  });

  it("freezes for longer than a heartbeat: sending goes on, nothing is lost or twice", async () => {
    const relay = await stage.relay();
    const { sender, sendRound } = await stage.sender(relay.url);
    const watcher = stage.watch(relay.url);
    for (let round = 1; round <= 50; round++) sendRound(round);
    await untilSeen(watcher, 50);
    relay.process.kill("SIGSTOP");
    for (let round = 51; round <= 150; round++) {
      sendRound(round);
      await waitMs(15);
    }
    await expect
      .poll(() => sender.counters)
      .toMatchObject({ sent: 150, spooled: 150, failed: 0, dropped: 0 });
    expect(sender.counters.pending).toBeGreaterThan(0);
    relay.process.kill("SIGCONT");
    expect(await sender.flush(20_000)).toBe(true);
    await untilSeen(watcher, 150);
    expect(watcher.rounds).toEqual(upTo(150));
    expect(await metricOf(relay.port, "events_accepted_total")).toBe(150);
  });

  it("is asked to stop under load: viewers get a notice and what was accepted, and it ends by itself", async () => {
    const relay = await stage.relay();
    const [viewer, publisher] = [await plainClient(relay.url), await plainClient(relay.url)];
    publisher.socket.send(JSON.stringify({ type: "publish", data: { run_id: RUN_ID, source: "s" } }));
    let seq = 0;
    const flood = setInterval(() => {
      // As much as a viewer in this same process can read.
      for (let n = 0; n < 20; n++) publisher.socket.send(event(1, { source: "s", seq: ++seq }));
    }, 5);
    stage.own(flood, clearInterval);
    await vi.waitUntil(() => viewer.messages.length > 1_000, { timeout: 10_000 });
    const closed = once(viewer.socket, "close");
    relay.process.kill("SIGTERM");
    expect(await relay.exited).toBe(0);
    expect((await closed)[0]).toBe(1012);
    expect(viewer.messages.at(-1)?.type).toBe("reconnect");
    const acknowledged = publisher.messages.findLast(({ type }) => type === "ack")?.data.seq;
    const delivered = viewer.messages.filter(({ type }) => type === "round_start").length;
    expect(delivered).toBeGreaterThanOrEqual(acknowledged as number);
  });
});

describe("the publisher's process", () => {
  const start = (url: string, directory: string, numRounds: number) => {
    const script = fileURLToPath(new URL("./publishing-process.mjs", import.meta.url));
    // Against what is built, like any program; tests themselves load sources.
    const child = fork(script, [url, directory, RUN_ID, String(numRounds)], { execArgv: [] });
    return stage.own(child, (each) => each.kill("SIGKILL"));
  };

  it("is killed: every event that was spooled arrives, once, with the next process", async () => {
    const relay = await stage.relay();
    const proxy = stage.own(new TcpProxy(() => relay.port), (each) => each.close());
    const url = `ws://127.0.0.1:${await proxy.listen()}`;
    const directory = await stage.folder();
    const watcher = stage.watch(relay.url);
    const child = start(url, directory, 1_000_000);
    await untilSeen(watcher, 20);
    proxy.setMode("refuse");
    proxy.cutAll();
    const before = watcher.rounds.length;
    let spooled = 0;
    child.on("message", (message: { spooled: number }) => {
      spooled = message.spooled;
    });
    await vi.waitUntil(() => spooled > before + 100, { timeout: 10_000 });
    child.kill("SIGKILL");
    await once(child, "exit");
    const { sender } = await stage.sender(relay.url, { progressFile: { directory } });
    sender.sendRoundStart({ round: 99_999, totalRounds: 100_000, participatingClients: 1 });
    expect(await sender.flush(10_000)).toBe(true);
    await vi.waitUntil(() => watcher.rounds.at(-1) === 99_999, { timeout: 10_000 });
    const rounds = watcher.rounds.slice(0, -1);
    expect(rounds.length).toBeGreaterThanOrEqual(spooled);
    expect(rounds).toEqual(upTo(rounds.length));
  });

  it("forgets to close its sender: it ends by itself, with everything spooled", async () => {
    const directory = await stage.folder();
    const child = start("ws://127.0.0.1:9", directory, 55);
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    const relay = await stage.relay();
    const watcher = stage.watch(relay.url);
    const { sender } = await stage.sender(relay.url, { progressFile: { directory } });
    sender.sendRoundStart({ round: 56, totalRounds: 100_000, participatingClients: 1 });
    expect(await sender.flush(10_000)).toBe(true);
    await untilSeen(watcher, 56);
    expect(watcher.rounds).toEqual(upTo(56));
  });

  it("is a worker thread that ends: everything is spooled and arrives", async () => {
    const relay = await stage.relay();
    const watcher = stage.watch(relay.url);
    const directory = await stage.folder();
    const worker = new Worker(new URL("./publishing-process.mjs", import.meta.url), {
      argv: [relay.url, directory, RUN_ID, "200"],
      execArgv: [],
    });
    expect((await once(worker, "exit"))[0]).toBe(0);
    const { sender } = await stage.sender(relay.url, { progressFile: { directory } });
    sender.sendRoundStart({ round: 201, totalRounds: 100_000, participatingClients: 1 });
    expect(await sender.flush(10_000)).toBe(true);
    await untilSeen(watcher, 201);
    expect(watcher.rounds).toEqual(upTo(201));
  });
});

describe("the network", () => {
  it("swallows everything without closing: the heartbeat notices, and all arrives after", async () => {
    const relay = await stage.relay();
    const proxy = stage.own(new TcpProxy(() => relay.port), (each) => each.close());
    const url = `ws://127.0.0.1:${await proxy.listen()}`;
    const { sender, sendRound } = await stage.sender(url);
    const watcher = stage.watch(url);
    for (let round = 1; round <= 20; round++) sendRound(round);
    await untilSeen(watcher, 20);
    expect(await sender.flush()).toBe(true);
    proxy.setMode("swallow");
    for (let round = 21; round <= 60; round++) sendRound(round);
    await vi.waitUntil(() => sender.state === "waiting", { timeout: 5_000 });
    expect(sender.stateReason).toBe("the relay went silent");
    // Bytes that the socket took count for nothing; only acknowledgements do.
    expect(sender.counters.pending).toBe(40);
    await vi.waitUntil(async () => (await metricOf(relay.port, "connections")) === 0, { timeout: 5_000 });
    proxy.setMode("forward");
    expect(await sender.flush(20_000)).toBe(true);
    await untilSeen(watcher, 60);
    expect(watcher.rounds).toEqual(upTo(60));
  });

  it("cuts every connection again and again: nothing is lost or twice", async () => {
    const relay = await stage.relay();
    const proxy = stage.own(new TcpProxy(() => relay.port), (each) => each.close());
    const url = `ws://127.0.0.1:${await proxy.listen()}`;
    const { sender, sendRound } = await stage.sender(url);
    const watchers = [1, 2, 3].map(() => stage.watch(url));
    for (let round = 1; round <= 1_000; round++) {
      sendRound(round);
      if (round % 10 === 0) await waitMs(2);
      if (round % 200 === 100) proxy.cutAll();
    }
    expect(await sender.flush(20_000)).toBe(true);
    for (const watcher of watchers) {
      await untilSeen(watcher, 1_000);
      expect(watcher.rounds).toEqual(upTo(1_000));
      expect(watcher.numGaps()).toBe(0);
    }
  });

  it("brings bytes one by one, resets in the middle of a frame, and closes halfway", async () => {
    const relay = await stage.relay();
    const proxy = stage.own(new TcpProxy(() => relay.port), (each) => each.close());
    const proxyPort = await proxy.listen();
    proxy.setMode("dribble");
    const { messages } = await plainClient(`ws://127.0.0.1:${proxyPort}`);
    const publisher = await plainClient(`ws://127.0.0.1:${proxyPort}`);
    publisher.socket.send(event(1));
    await vi.waitUntil(() => messages.some(({ type }) => type === "round_start"), { timeout: 5_000 });
    for (let n = 0; n < 20; n++) {
      const raw = await RawWebSocket.open(relay.port);
      raw.socket.write(Uint8Array.of(0x81, 0xfe, 0x01));
      if (n % 2 === 0) raw.socket.resetAndDestroy();
      else raw.socket.end();
    }
    proxy.cutAll();
    await vi.waitUntil(async () => (await metricOf(relay.port, "connections")) === 0, { timeout: 5_000 });
    expect(relay.process.exitCode).toBeNull();
  });
});

describe("one client among many", () => {
  it("reads nothing: the relay's memory stays small, it is closed, and others get everything", async () => {
    const relay = await stage.relay(["--heartbeat-ms", "60000"]);
    const slow = await RawWebSocket.open(relay.port);
    slow.socket.pause();
    stage.own(slow, ({ socket }) => socket.destroy());
    const { sender, sendRound } = await stage.sender(relay.url);
    const watcher = stage.watch(relay.url);
    const padding = "x".repeat(100);
    for (let round = 1; round <= 20_000; round++) {
      sendRound(round);
      sender.sendError({ error: padding.repeat(12), errorType: "padding", fatal: false });
      // The other viewer keeps up: it is not more than a little behind.
      if (round % 100 === 0)
        await vi.waitUntil(() => watcher.viewer.counters.events >= 2 * round - 200, { interval: 2 });
    }
    expect(await sender.flush(30_000)).toBe(true);
    await vi.waitUntil(() => watcher.viewer.counters.events === 40_000, { timeout: 30_000 });
    await vi.waitUntil(async () => (await metricOf(relay.port, "viewers_cut_total")) === 1, {
      timeout: 10_000,
    });
    slow.socket.resume();
    expect(await slow.closeCode).toBe(4008);
    expect(await metricOf(relay.port, "held_bytes")).toBeLessThanOrEqual(8 * 1024 * 1024);
  });

  it("sends the same batch three times and out of order: every event is there once", async () => {
    const relay = await stage.relay();
    const watcher = stage.watch(relay.url);
    const publisher = await plainClient(relay.url);
    const batch = upTo(50);
    for (const order of [[...batch].reverse(), batch, [...batch].sort((a, b) => (a % 7) - (b % 7))]) {
      for (const round of order) publisher.socket.send(event(round, { source: "s", seq: round }));
    }
    await untilSeen(watcher, 50);
    await vi.waitUntil(async () => (await metricOf(relay.port, "events_duplicate_total")) === 100, {
      timeout: 5_000,
    });
    expect([...watcher.rounds].sort((a, b) => a - b)).toEqual(batch);
  });

  it("floods while 300 viewers leave and come back at once: all get every event", async () => {
    const relay = await stage.relay(["--heartbeat-ms", "60000"]);
    const proxy = stage.own(new TcpProxy(() => relay.port), (each) => each.close());
    const url = `ws://127.0.0.1:${await proxy.listen()}`;
    const watchers = Array.from({ length: 300 }, () => stage.watch(url));
    const { sender, sendRound } = await stage.sender(relay.url);
    for (const watcher of watchers)
      await vi.waitUntil(() => watcher.viewer.state === "open", { timeout: 10_000 });
    for (let round = 1; round <= 2_000; round++) {
      sendRound(round);
      if (round % 50 === 0) await waitMs(1);
      if (round === 1_000) proxy.cutAll();
    }
    expect(await sender.flush(30_000)).toBe(true);
    for (const watcher of watchers) {
      await untilSeen(watcher, 2_000, 60_000);
      expect(watcher.rounds).toEqual(upTo(2_000));
    }
  });
});
