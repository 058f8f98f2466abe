import { type Database, openDatabase } from "@fedloom/db";
import { currentSystemMetrics, hostList, systemHistory, systemMetricNames } from "@fedloom/protocol";
import { Relay } from "@fedloom/relay";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type SystemMonitor, startSystemMonitor } from "../system/system-monitor.js";
import { createDataFolder, eventOf } from "../system/testing-hosts.js";
import { createApp } from "./create-app.js";
import { addSystemRoutes } from "./system.js";

let folder: Awaited<ReturnType<typeof createDataFolder>>;
let database: Database;
let relay: Relay;
let system: SystemMonitor;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await createDataFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
  relay = new Relay({ flushMs: 1 });
  system = startSystemMonitor({ relay, database, dataDirectory: folder.path, host: "server" });
  app = await createApp();
  addSystemRoutes(app, { database, system });
  relay.publish(eventOf("lab 7/ü", { cpuPercent: 75 }));
  await vi.waitFor(() => expect(system.figures.numHosts).toBe(2), 10_000);
  await system.flush();
}, 60_000);

afterAll(async () => {
  await app?.close();
  await system?.close();
  await relay?.close();
  await database?.close();
  await folder?.remove();
});

async function get(url: string, method: "GET" | "DELETE" = "GET") {
  const response = await app.inject({ method, url });
  return { status: response.statusCode, body: response.body === "" ? undefined : response.json() };
}

describe("GET /api/metrics/current", () => {
  it("has the newest sample of every host, also of those that only the database knows", async () => {
    const at = "2026-01-01T00:00:00.000Z";
    await database.hosts.storeSamples([{ ...system.current()[0]?.sample, host: "earlier", at } as never]);
    const { status, body } = await get("/api/metrics/current");
    expect(status).toBe(200);
    expect(currentSystemMetrics.check(body)).toEqual({ ok: true, value: body });
    const hosts = body.hosts as {
      host: string;
      is_stale: boolean;
      received_at: string;
      cpu_percent: number;
    }[];
    expect(hosts.map(({ host, is_stale }) => [host, is_stale]).sort()).toEqual([
      ["earlier", true],
      ["lab 7/ü", false],
      ["server", false],
    ]);
    expect(hosts.find(({ host }) => host === "lab 7/ü")?.cpu_percent).toBe(75);
    expect(await database.hosts.delete("earlier")).toBe(true);
  });

  it("answers while the database is away", async () => {
    const alone = await createApp();
    const list = () => new Promise<never>(() => {});
    addSystemRoutes(alone, { database: { hosts: { ...database.hosts, list } }, system });
    const response = await alone.inject("/api/metrics/current");
    expect(response.json().hosts).toHaveLength(2);
    await alone.close();
  });
});

describe("GET /api/metrics/{metric_name}", () => {
  it("has every metric's history, of one host or of all", async () => {
    for (const name of systemMetricNames) {
      const { status, body } = await get(`/api/metrics/${name}`);
      expect(status, name).toBe(200);
      expect(systemHistory.check(body)).toEqual({ ok: true, value: body });
      expect(body.series).toHaveLength(2);
    }
    const { body } = await get(`/api/metrics/cpu_percent?host=${encodeURIComponent("lab 7/ü")}&points=10`);
    expect(body).toMatchObject({ metric_name: "cpu_percent", unit: "percent" });
    expect(body.series).toEqual([
      { host: "lab 7/ü", points: [{ timestamp: expect.any(String), average: 75, max: 75 }] },
    ]);
    expect((await get("/api/metrics/cpu_percent?host=nobody")).body.series).toEqual([]);
  });

  it("refuses names that it does not know, and lists those that it does", async () => {
    for (const name of ["cpu", "__proto__", "constructor", "cpu_percent%00", "x".repeat(128)]) {
      const { status, body } = await get(`/api/metrics/${name}`);
      expect([status, body.code, body.field], name).toEqual([404, "metric_unknown", "metric_name"]);
      expect(body.expected).toContain("cpu_percent or memory_percent");
    }
  });

  it.each([
    ["points=1", "points"],
    ["points=1e9", "points"],
    ["points=ten", "points"],
    ["since=yesterday", "since"],
    ["since=0000-01-01T00:00:00Z", "since"],
    ["since=2026-01-01T00:00:00Z&until=2025-01-01T00:00:00Z", "since"],
    ["until=99999-01-01T00:00:00Z", "until"],
    ["host=", "host"],
    [`host=${"x".repeat(129)}`, "host"],
    ["host=a&host=b", "host"],
    ["resolution=5", "resolution"],
  ])("refuses %s", async (query, field) => {
    const { status, body } = await get(`/api/metrics/cpu_percent?${query}`);
    expect([status, body.code, body.field]).toEqual([400, "request_invalid", field]);
  });

  it("answers spans at the ends of time", async () => {
    const spans = ["since=1970-01-01T00:00:00Z&until=9999-12-31T23:59:59Z", "since=1970-01-01T00:00:00Z"];
    for (const span of spans) expect((await get(`/api/metrics/load_average?${span}`)).status).toBe(200);
  });
});

describe("/api/hosts", () => {
  it("lists hosts, and forgets one until it says something again", async () => {
    const { body } = await get("/api/hosts");
    expect(hostList.check(body)).toEqual({ ok: true, value: body });
    expect(body.hosts).toHaveLength(2);
    const path = `/api/hosts/${encodeURIComponent("lab 7/ü")}`;
    expect(await get(path, "DELETE")).toEqual({ status: 204, body: undefined });
    expect(await get(path, "DELETE")).toMatchObject({ status: 404, body: { code: "host_not_found" } });
    expect((await get("/api/hosts")).body.hosts.map(({ host }: { host: string }) => host)).toEqual([
      "server",
    ]);
    relay.publish(eventOf("lab 7/ü"));
    expect((await get("/api/hosts")).body.hosts).toHaveLength(2);
  });
});

describe("their access", () => {
  it("is for whoever may read, and to forget a host for admins", async () => {
    const accesses: string[] = [];
    const other = await createApp();
    other.addHook("onRoute", ({ method, config }) => {
      accesses.push(`${method} ${config?.access}`);
    });
    addSystemRoutes(other, { database, system });
    await other.close();
    expect(new Set(accesses)).toEqual(new Set(["GET viewer", "HEAD viewer", "DELETE admin"]));
  });
});
