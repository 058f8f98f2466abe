import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createEvent, toWireEvent } from "@fedloom/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Grant, Relay, type RelayOptions } from "./index.js";
import { RUN_A, RUN_B, roundStart, TestingClients } from "./testing-client.js";

const clients = new TestingClients();
const closers: (() => unknown)[] = [];

afterEach(async () => {
  await clients.close();
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server whose only socket shows alerts, or figures of hosts under /hosts. */
async function startServer(options: RelayOptions = {}) {
  const relay = new Relay({ flushMs: 1, ...options });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    const types = request.url === "/hosts" ? ["system_metrics"] : ["alert"];
    relay.handleUpgrade(request, socket, head, { subscription: { types } });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => relay.close(),
  );
  return { relay, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function alert(alertId: string, runId?: string) {
  const about = {
    alertId,
    severity: "warning",
    title: "t",
    message: "m",
    source: "rule",
    state: "firing",
  } as const;
  return toWireEvent(createEvent("alert", { ...about, ...(runId !== undefined && { runId }) }));
}

function metricsOf(host: string, cpuPercent: number) {
  const rest = { memoryPercent: 1, memoryUsedBytes: 1, diskPercent: 1, diskUsedBytes: 1 };
  const more = { networkRxBytes: 1, networkTxBytes: 1, loadAverage: 1 };
  return toWireEvent(createEvent("system_metrics", { host, cpuPercent, ...rest, ...more }));
}

describe("a socket with a fixed subscription", () => {
  it("shows the newest of each kind, then what comes, and nothing else", async () => {
    const { relay, url } = await startServer();
    relay.publish(metricsOf("a", 1));
    relay.publish(metricsOf("a", 2));
    relay.publish(metricsOf("b", 3));
    relay.publish(alert("x"));
    const viewer = await clients.connect(`${url}/hosts`);
    const first = await viewer.until("system_metrics", 2);
    expect(first.map(({ data }) => [data.host, data.cpu_percent])).toEqual([
      ["a", 2],
      ["b", 3],
    ]);
    relay.publish(alert("y"));
    relay.publish(roundStart(1));
    relay.publish(metricsOf("a", 4));
    await viewer.until("system_metrics", 3);
    expect(viewer.messages.map(({ type }) => type)).toEqual(["welcome", ...Array(3).fill("system_metrics")]);
  });

  it("beats while other streams are busy", async () => {
    const { relay, url } = await startServer({ heartbeatMs: 40 });
    const viewer = await clients.connect(url);
    const busy = setInterval(() => relay.publish(roundStart(1)), 5);
    closers.push(() => clearInterval(busy));
    await viewer.until("heartbeat", 3);
    expect(viewer.ofType("round_start")).toEqual([]);
  });

  it("takes neither events nor subscriptions", async () => {
    const { relay, url } = await startServer();
    for (const message of [
      roundStart(1),
      alert("forged"),
      { type: "subscribe", data: {} },
      { type: "unsubscribe", data: {} },
      { type: "publish", data: { run_id: RUN_A, source: "s" } },
    ]) {
      const viewer = await clients.connect(url);
      viewer.send(message);
      const [code] = await once(viewer.socket, "close");
      expect([code, viewer.ofType("reject")[0]?.data.code]).toEqual([1008, "forbidden"]);
    }
    expect(relay.counters.eventsAccepted).toBe(0);
    const viewer = await clients.connect(url);
    viewer.send({ type: "ping", data: { id: 1 } });
    await viewer.until("pong");
  });

  it("asks for a token, and shows as much as that is for", async () => {
    const grants: Record<string, Grant> = {
      all: { role: "viewer" },
      ofRun: { role: "viewer", runId: RUN_A },
      publisher: { role: "publisher" },
      client: { role: "client" },
    };
    const { relay, url } = await startServer({ authenticate: async (token) => grants[token] });
    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    const all = await clients.connect(url, bearer("all"));
    const ofRun = await clients.connect(url, bearer("ofRun"));
    const asked = await clients.connect(url);
    asked.send({ type: "authenticate", data: { token: "all" } });
    await asked.until("welcome", 2);
    for (const event of [alert("1"), alert("2", RUN_B), alert("3", RUN_A)]) relay.publish(event);
    expect((await all.until("alert", 3)).map(({ data }) => data.alert_id)).toEqual(["1", "2", "3"]);
    await asked.until("alert", 3);
    expect((await ofRun.until("alert")).map(({ data }) => data.alert_id)).toEqual(["3"]);
    for (const [token, path] of [
      ["publisher", "/"],
      ["client", "/"],
      ["ofRun", "/hosts"],
    ] as const) {
      const { socket } = await clients.open(`${url}${path}`, bearer(token));
      expect((await once(socket, "close"))[0]).toBe(1008);
    }
    await vi.waitFor(() => expect(relay.numConnections).toBe(3));
  });
});
