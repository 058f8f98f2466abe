import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { FastifyInstance, RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createServer, type Server } from "../src/create-server.js";
import { parseServerOptions } from "../src/env.js";
import { SOCKETS } from "../src/routes/sockets.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

const RUN = "01JD0000000000000000000000";
let folder: TemporaryFolder;
let server: Server;
const routes: RouteOptions[] = [];

function noteRoutes(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook("onRoute", (route) => void routes.push(route));
}

beforeAll(async () => {
  folder = await createTemporaryFolder();
  const args = ["--port", "0", "--no-relay", "--no-run", "--require-tokens"];
  const options = parseServerOptions([...args, "--data-dir", folder.path], {}, folder.path);
  if (options === "help") throw new Error("expected options");
  subscribe("fastify.initialization", noteRoutes);
  server = await createServer(options);
  unsubscribe("fastify.initialization", noteRoutes);
}, 60_000);

afterAll(async () => {
  await server?.close();
  await folder?.[Symbol.asyncDispose]();
});

/** Every route, by method and path, with who may use it; `filtered` if it answers a token for one run in part. */
const EXPECTED = `
DELETE /api/alerts/routes/:route_id admin
DELETE /api/alerts/rules/:rule_id admin
DELETE /api/alerts/silences/:silence_id admin
DELETE /api/hosts/:host admin
DELETE /api/runs/:run_id admin
DELETE /api/tokens/:token_id admin
GET /api/alerts viewer
GET /api/alerts/routes admin
GET /api/alerts/routes/:route_id admin
GET /api/alerts/rules viewer
GET /api/alerts/rules/:rule_id viewer
GET /api/alerts/silences viewer
GET /api/alerts/silences/:silence_id viewer
GET /api/catalog viewer filtered
GET /api/hosts viewer
GET /api/metrics/:metric_name viewer
GET /api/metrics/current viewer
GET /api/projects viewer
GET /api/runs viewer filtered
GET /api/runs/:run_id viewer
GET /api/runs/:run_id/checkpoints viewer
GET /api/runs/:run_id/checkpoints/:kind/file viewer
GET /api/runs/:run_id/clients viewer
GET /api/runs/:run_id/clients/:client_id/rounds viewer
GET /api/runs/:run_id/events viewer
GET /api/runs/:run_id/logs viewer
GET /api/runs/:run_id/metrics viewer
GET /api/runs/:run_id/model viewer
GET /api/runs/:run_id/model/:kind/model.json viewer
GET /api/runs/:run_id/model/:kind/model.safetensors viewer
GET /api/runs/:run_id/model/:kind/weights.bin viewer
GET /api/runs/:run_id/predictions admin
GET /api/runs/:run_id/rounds viewer
GET /api/runs/:run_id/rounds/:round/clients viewer
GET /api/runs/:run_id/series viewer
GET /api/runs/:run_id/spread viewer
GET /api/runs/:run_id/timeline viewer
GET /api/runs/metrics viewer filtered
GET /api/tokens admin
GET /health public
GET /health/live public
GET /health/ready public
GET /metrics viewer
GET /openapi.json public
PATCH /api/runs/:run_id admin
POST /api/alerts/:alert_id/resolve admin
POST /api/alerts/routes admin
POST /api/alerts/routes/:route_id/test admin
POST /api/alerts/rules admin
POST /api/alerts/rules/:rule_id/test admin
POST /api/alerts/silences admin
POST /api/data admin
POST /api/partition-preview admin
POST /api/runs admin
POST /api/runs/:run_id/pause admin
POST /api/runs/:run_id/resume admin
POST /api/runs/:run_id/stop admin
POST /api/runs/prune admin
POST /api/tokens admin
POST /api/ws/broadcast/alert admin
POST /train admin
PUT /api/alerts/routes/:route_id admin
PUT /api/alerts/rules/:rule_id admin
PUT /api/alerts/silences/:silence_id admin
`;

function listed(): string[] {
  const isFile = ({ url, schema }: RouteOptions) =>
    (schema as { hide?: boolean } | undefined)?.hide === true && url !== "*";
  return routes
    .filter((route) => !isFile(route))
    .flatMap(({ method, url, config }) =>
      [method]
        .flat()
        .map((each) => `${each} ${url} ${config?.access ?? "none"}${config?.scope ? " filtered" : ""}`),
    )
    .filter((line) => !line.startsWith("HEAD "))
    .sort();
}

describe("the server's routes", () => {
  it("are these, and each says who may use it", () => {
    expect(listed()).toEqual(EXPECTED.trim().split("\n"));
  });

  it("are files and pages, besides, which everybody may read", () => {
    const files = routes.filter(({ schema }) => (schema as { hide?: boolean } | undefined)?.hide === true);
    expect(files.length).toBeGreaterThan(3);
    for (const { method, url, config } of files) {
      expect([url, config?.access]).toEqual([url, "public"]);
      expect([method].flat().every((each) => each === "GET" || each === "HEAD")).toBe(true);
    }
  });

  it("are all that the OpenAPI document tells of, with the same access", async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { security?: unknown[] }>>;
    };
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security = [] }]) => {
        const url = path.replace(/\{(\w+)\}/g, ":$1");
        return `${method.toUpperCase()} ${url} ${security.length > 0}`;
      }),
    );
    const known = listed().map((line) => {
      const [method, url, access] = line.split(" ");
      return `${method} ${url} ${access !== "public"}`;
    });
    expect(told.sort()).toEqual(known.sort());
  });

  it("answer no stranger unless they are public", async () => {
    for (const line of listed()) {
      const [method = "", url = "", access] = line.split(" ");
      const path = url.replace(":run_id", RUN).replaceAll(/:\w+/g, "1");
      const { status } = await fetch(`${server.url}${path}`, { method });
      if (access === "public") expect([line, status]).toEqual([line, 200]);
      else expect([line, status]).toEqual([line, 401]);
    }
  });

  it("tell a stranger nothing but a word of the server's health", async () => {
    expect(Object.keys((await (await fetch(`${server.url}/health`)).json()) as object)).toEqual(["status"]);
  });
});

describe("the server's sockets", () => {
  it("are these", () => {
    const sockets = Object.entries(SOCKETS).map(([path, { access }]) => `${path}: ${access}`);
    expect(sockets).toEqual([
      "/ws/relay: viewer or publisher",
      "/ws/training-progress: viewer or publisher",
      "/api/ws/ws: viewer",
      "/api/ws/ws/alerts: viewer",
    ]);
  });

  it.concurrent.each(Object.keys(SOCKETS))("%s shows a stranger nothing", async (path) => {
    const socket = new WebSocket(`${server.url.replace(/^http/, "ws")}${path}`);
    const types: string[] = [];
    socket.on("message", (frame) => types.push(JSON.parse(frame.toString()).type));
    const code = await new Promise((resolve) => socket.once("close", resolve));
    expect(code).toBe(1008);
    expect(types.filter((type) => type !== "welcome")).toEqual([]);
  });
});
