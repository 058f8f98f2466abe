import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { currentSystemMetrics, systemHistory } from "@fedloom/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type BuiltServer, startBuiltServer } from "./start-built-server.js";
import { createTemporaryFolder } from "./temporary-folder.js";

const FEDLOOM = fileURLToPath(new URL("../../cli/bin/fedloom.js", import.meta.url));
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(folder: string, ...args: string[]): Promise<BuiltServer> {
  const server = await startBuiltServer(folder, ["--no-run", "--host-name", "server", ...args]);
  closers.push(() => server.process.exitCode ?? server.process.signalCode ?? server.stop("SIGKILL"));
  return server;
}

/** A machine elsewhere, as far as the server can tell. */
function startAgent(server: BuiltServer, host: string): ChildProcess {
  const url = `${server.url.replace(/^http/, "ws")}/ws/relay`;
  const args = [FEDLOOM, "agent", "--url", url, "--host", host, "--interval", "0.2"];
  const agent = spawn(process.execPath, args, { stdio: "ignore" });
  closers.push(async () => {
    if (agent.exitCode !== null || agent.signalCode !== null) return;
    const exited = once(agent, "exit");
    agent.kill("SIGKILL");
    await exited;
  });
  return agent;
}

async function get(server: BuiltServer, path: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${server.url}${path}`)).json()) as Record<string, unknown>;
}

async function current(server: BuiltServer): Promise<Record<string, Record<string, unknown>>> {
  const answer = await get(server, "/api/metrics/current");
  expect(currentSystemMetrics.check(answer)).toEqual({ ok: true, value: answer });
  const hosts = answer.hosts as { host: string }[];
  return Object.fromEntries(hosts.map((each) => [each.host, each]));
}

function untilFresh(server: BuiltServer, ...hosts: string[]): Promise<void> {
  return vi.waitFor(
    async () => {
      const fresh = Object.entries(await current(server)).filter(([, { is_stale }]) => is_stale === false);
      expect(fresh.map(([host]) => host).sort()).toEqual([...hosts].sort());
    },
    { timeout: 30_000, interval: 100 },
  );
}

/** How many samples of each host are stored. */
async function numStored(server: BuiltServer): Promise<Record<string, number>> {
  const history = await get(server, "/api/metrics/memory_used_bytes?points=2000");
  expect(systemHistory.check(history)).toEqual({ ok: true, value: history });
  const series = history.series as { host: string; points: unknown[] }[];
  return Object.fromEntries(series.map(({ host, points }) => [host, points.length]));
}

/** Hosts that a socket of simple pages tells of. */
async function listen(server: BuiltServer, query = ""): Promise<Set<string>> {
  const socket = new WebSocket(`${server.url.replace(/^http/, "ws")}/api/ws/ws${query}`);
  const heard = new Set<string>();
  socket.on("message", (frame) => {
    const message = JSON.parse(frame.toString()) as { type: string; data: { host: string } };
    if (message.type === "system_metrics") heard.add(message.data.host);
    else expect(["welcome", "subscribed", "heartbeat"]).toContain(message.type);
  });
  closers.push(() => socket.terminate());
  await once(socket, "open");
  return heard;
}

describe("how machines are", () => {
  it("is shown for the server and for agents, stored, and there again after the server was killed", async () => {
    const folder = await createTemporaryFolder();
    closers.push(() => folder[Symbol.asyncDispose]());
    const server = await start(folder.path);
    startAgent(server, "lab-1");
    const second = startAgent(server, "lab-2");
    await untilFresh(server, "server", "lab-1", "lab-2");
    const { server: own } = await current(server);
    expect(own?.memory_used_bytes).toBeGreaterThan(1_000_000);
    expect(own?.disk_used_bytes).toBeGreaterThan(1_000_000);

    const [everybody, one] = [await listen(server), await listen(server, "?host=lab-2")];
    await vi.waitFor(() => expect([...everybody].sort()).toEqual(["lab-1", "lab-2", "server"]), 20_000);
    await vi.waitFor(() => expect([...one]).toEqual(["lab-2"]), 20_000);

    const isStored = async () => {
      const stored = await numStored(server);
      for (const host of ["server", "lab-1", "lab-2"]) expect(stored[host], host).toBeGreaterThanOrEqual(2);
      return stored;
    };
    const before = await vi.waitFor(isStored, { timeout: 30_000, interval: 200 });

    second.kill("SIGKILL");
    await server.stop("SIGKILL");
    const again = await start(folder.path, "--port", new URL(server.url).port);
    // The agent that is left comes back by itself; the other is known, and what it said is kept.
    await vi.waitFor(async () => expect((await current(again))["lab-1"]?.is_stale).toBe(false), 30_000);
    const after = await numStored(again);
    for (const host of ["server", "lab-1", "lab-2"]) {
      expect(after[host], host).toBeGreaterThanOrEqual(before[host] ?? 0);
    }
    expect(Object.keys(await current(again)).sort()).toEqual(["lab-1", "lab-2", "server"]);

    const forgotten = await fetch(`${again.url}/api/hosts/lab-2`, { method: "DELETE" });
    expect(forgotten.status).toBe(204);
    const { hosts } = (await get(again, "/api/hosts")) as { hosts: { host: string }[] };
    expect(hosts.map(({ host }) => host).sort()).toEqual(["lab-1", "server"]);
    expect(await again.stop("SIGTERM")).toBe(0);
  });
});
