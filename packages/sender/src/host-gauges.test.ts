import { openNodeWebSocket } from "@fedloom/connection/node";
import type { EventInput } from "@fedloom/protocol";
import { createToken, createTokenCheck, HOST_STREAM, type Relay, startRelay } from "@fedloom/relay";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MetricsSender, type MetricsSenderOptions } from "./metrics-sender.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: Parameters<typeof startRelay>[0] = {}) {
  const { relay, address } = await startRelay({ port: 0, flushMs: 1, ...options });
  cleanups.push(() => relay.close());
  return { relay, port: address.port, url: `ws://127.0.0.1:${address.port}` };
}

function createSender(url: string, options: MetricsSenderOptions = {}): MetricsSender {
  const openWebSocket = openNodeWebSocket({ background: true });
  const sender = new MetricsSender({ url, random: () => 0, openWebSocket, ...options });
  cleanups.push(() => sender.close(0));
  return sender;
}

function metrics(host: string, cpuPercent: number): EventInput<"system_metrics"> {
  const zeros = { memoryPercent: 0, memoryUsedBytes: 0, diskPercent: 0, diskUsedBytes: 0, loadAverage: 0 };
  return { host, cpuPercent, ...zeros, networkRxBytes: 0, networkTxBytes: 0 };
}

function received(relay: Relay) {
  const entries = relay.streams.get(HOST_STREAM)?.after(0) ?? [];
  return entries.map(({ event }) => [event.data.host, event.data.cpu_percent, event.meta?.skipped ?? 0]);
}

describe("sendSystemMetrics", () => {
  it("keeps the newest of each host until the relay is there, and says how many it left out", async () => {
    const first = await start();
    const sender = createSender(first.url);
    for (const cpuPercent of [1, 2, 3]) sender.sendSystemMetrics(metrics("a", cpuPercent));
    sender.sendSystemMetrics(metrics("b", 9));
    await vi.waitFor(() =>
      expect(received(first.relay)).toEqual([
        ["a", 3, 2],
        ["b", 9, 0],
      ]),
    );
    sender.sendSystemMetrics(metrics("a", 4));
    await vi.waitFor(() => expect(received(first.relay)).toHaveLength(3));
    expect(sender.counters).toMatchObject({ sent: 5, conflated: 2, pending: 0, failed: 0 });

    await first.relay.close("restart", 0);
    await vi.waitFor(() => expect(sender.state).not.toBe("open"));
    for (const cpuPercent of [5, 6]) sender.sendSystemMetrics(metrics("a", cpuPercent));
    const second = await start({ port: first.port });
    await vi.waitFor(() => expect(received(second.relay)).toEqual([["a", 6, 1]]));
  });

  it("is sent nothing itself", async () => {
    const { relay, url } = await start();
    const sender = createSender(url);
    sender.sendSystemMetrics(metrics("a", 1));
    await vi.waitFor(() => expect(received(relay)).toHaveLength(1));
    expect(relay.prometheus()).toMatch(/^fedloom_relay_viewers 0$/m);
  });

  it("goes together with the events of runs", async () => {
    const { relay, url } = await start();
    const sender = createSender(url);
    sender.sendSystemMetrics(metrics("a", 1));
    sender.sendRoundStart({ round: 1, totalRounds: 2, participatingClients: 3 });
    expect(await sender.flush()).toBe(true);
    expect(relay.streams.get(sender.runId)?.head).toBe(1);
    expect(received(relay)).toEqual([["a", 1, 0]]);
  });

  it("counts what the relay refuses, what comes after the end, and hosts beyond the limit", async () => {
    const { relay, url } = await start();
    const sender = createSender(url);
    sender.sendSystemMetrics(metrics("a", 101));
    await vi.waitFor(() => expect(sender.counters.rejected).toBe(1));
    expect(received(relay)).toEqual([]);
    await sender.close(0);
    sender.sendSystemMetrics(metrics("a", 1));
    expect(sender.counters.failed).toBe(1);
    const alone = createSender("ws://127.0.0.1:9");
    for (let host = 0; host < 260; host++) alone.sendSystemMetrics(metrics(`host-${host}`, 1));
    expect(alone.counters).toMatchObject({ sent: 256, failed: 4 });
  });

  it("says why a relay does not take it", async () => {
    const { token, record } = createToken({ role: "viewer" });
    const { relay, url } = await start({ authenticate: createTokenCheck([record]) });
    const reasons: (string | undefined)[] = [];
    const sender = createSender(url, { token, random: () => 0.9 });
    sender.onChange(() => reasons.push(sender.stateReason));
    sender.sendSystemMetrics(metrics("a", 1));
    await vi.waitFor(() => expect(reasons).toContain("may not publish"));
    expect(received(relay)).toEqual([]);
  });
});
