import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database, TokenRole } from "@fedloom/db";
import { createToken, createTokenId, Relay, type TlsFiles } from "@fedloom/relay";
import type { FastifyInstance } from "fastify";
import { type ClientOptions, WebSocket } from "ws";
import { createApp } from "../routes/create-app.js";
import { mountSockets } from "../routes/sockets.js";
import { addTokenRoutes } from "../routes/tokens.js";
import { type AccessOptions, createAccess } from "./create-access.js";
import { protect } from "./protect.js";
import { requestForLog } from "./request-for-log.js";

export interface TestServer extends AsyncDisposable {
  url: string;
  relay: Relay;
  access: ReturnType<typeof createAccess>;
  /** Everything that was logged. */
  log: string[];
  get(path: string, token?: string, init?: RequestInit): Promise<Response>;
  connect(path: string, token?: string, options?: ClientOptions): Promise<TestSocket>;
}

export interface TestSocket {
  socket: WebSocket;
  messages: { type: string; data: Record<string, unknown> }[];
  closed: Promise<number>;
}

/** A server with protected routes of every kind, of a database that is there; for tests. */
export async function startTestServer(
  database: Database,
  more: Partial<AccessOptions> & { tls?: TlsFiles; addRoutes?: (app: FastifyInstance) => unknown } = {},
): Promise<TestServer> {
  const { tls, addRoutes, ...options } = more;
  const dataDirectory = await mkdtemp(join(tmpdir(), "fedloom-access-"));
  const access = createAccess({
    tokens: database.tokens,
    runs: database.runs,
    required: true,
    allowedHosts: [],
    allowedOrigins: [],
    trustedProxies: [],
    dataDirectory,
    sweepMs: 50,
    ...options,
  });
  const relay = new Relay({ flushMs: 1, ...access.relayOptions });
  access.watch(relay);
  const log: string[] = [];
  const app = await createApp({
    logger: {
      level: "trace",
      stream: { write: (line: string) => void log.push(line) },
      serializers: { req: requestForLog as never },
    },
    trustProxy: access.isTrustedProxy,
    https: tls,
  });
  await protect(app, access);
  addTestRoutes(app);
  await addRoutes?.(app);
  addTokenRoutes(app, { database, access });
  mountSockets(app, { relay });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const place = `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const sockets = new Set<WebSocket>();
  return {
    url: `${tls ? "https" : "http"}://${place}`,
    relay,
    access,
    log,
    get: (path, token, init) =>
      fetch(`http://${place}${path}`, { ...init, headers: { ...bearer(token), ...init?.headers } }),
    async connect(path, token, clientOptions = {}) {
      const opened = await openSocket(`${tls ? "wss" : "ws"}://${place}${path}`, {
        ...clientOptions,
        headers: { ...bearer(token), ...clientOptions.headers },
      });
      sockets.add(opened.socket);
      return opened;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.terminate();
      await relay.close();
      await app.close();
      await access.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** Makes a token that the database knows. */
export async function addToken(
  { tokens }: Pick<Database, "tokens">,
  role: TokenRole,
  more: { runId?: string; project?: string; expiresAt?: string } = {},
): Promise<{ token: string; tokenId: string }> {
  const { token, record } = createToken({ role });
  const tokenId = createTokenId();
  await tokens.create({ tokenId, hash: record.hash, role, ...more });
  return { token, tokenId };
}

function addTestRoutes(app: FastifyInstance): void {
  const answer = async () => ({ ok: true });
  app.get("/open", { config: { access: "public" }, schema: {} }, async ({ grant }) => ({
    role: grant?.role ?? null,
  }));
  app.get("/read", { config: { access: "viewer" }, schema: {} }, answer);
  app.get("/list", { config: { access: "viewer", scope: "filtered" }, schema: {} }, async ({ grant }) => ({
    run_id: grant?.runId,
    project: grant?.project,
  }));
  app.get("/api/runs/:run_id", { config: { access: "viewer" }, schema: {} }, answer);
  app.post("/api/runs/:run_id/stop", { config: { access: "admin" }, schema: {} }, answer);
  app.post("/write", { config: { access: "admin" }, schema: {} }, answer);
  app.get("/stream", { config: { access: "viewer" }, schema: {} }, (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream" });
    reply.raw.write("data: 1\n\n");
  });
  app.get("/fail", { config: { access: "viewer" }, schema: {} }, async () => {
    throw new Error("something inside");
  });
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function openSocket(url: string, options: ClientOptions): Promise<TestSocket> {
  const socket = new WebSocket(url, options);
  const messages: TestSocket["messages"] = [];
  socket.on("message", (frame) => messages.push(JSON.parse(frame.toString())));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await once(socket, "open");
  return { socket, messages, closed };
}
