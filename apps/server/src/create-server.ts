import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openDatabase } from "@fedloom/db";
import { isLoopback, Relay, RelayError } from "@fedloom/relay";
import fastify, { type FastifyInstance } from "fastify";
import type { ServerOptions } from "./env.js";
import { ServerError } from "./errors.js";
import { addDashboard } from "./routes/dashboard.js";
import { addHealthRoute } from "./routes/health.js";
import { answerProblems } from "./routes/problem.js";
import { addRunRoutes } from "./routes/runs.js";
import { protect } from "./routes/security-headers.js";
import { createEventHistory } from "./runs/event-history.js";
import { EventStore } from "./runs/event-store.js";
import { RunManager } from "./runs/run-manager.js";

export interface Server extends AsyncDisposable {
  /** Where the API and the dashboard are. */
  readonly url: string;
  /** Where the relay has a port of its own, or why it has none. */
  readonly relayPort: { url: string } | { problem: string };
  /** The database in words, for the operator. */
  readonly databaseName: string;
  readonly runs: RunManager;
  readonly relay: Relay;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;

/** Starts database, relay, API and dashboard; a part that fails takes down those before it. */
export async function createServer(options: Omit<ServerOptions, "firstRun">): Promise<Server> {
  refuseOtherMachines(options.host);
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const database = await openDatabase(
      options.databaseUrl
        ? { url: options.databaseUrl }
        : { dataDir: join(options.dataDirectory, "postgres") },
    );
    closers.push(() => database.close());
    await database.runs.markUnfinishedAsLost();

    const relay = new Relay({ ackLevel: "stored", history: createEventHistory(database) });
    const store = new EventStore({ relay, database });
    closers.push(() => store.close());
    closers.push(() => relay.close("the server stops"));
    const relayPort = await openRelayPort(relay, options.relay);

    const app = fastify({
      bodyLimit: MAX_BODY_BYTES,
      forceCloseConnections: true,
      logger: { level: "error" },
    });
    let url = "";
    const runs = new RunManager({
      database,
      relay,
      relayUrl: () => ("url" in relayPort ? relayPort.url : `${url.replace(/^http/, "ws")}/ws/relay`),
      progressDirectory: options.progressDirectory,
    });
    answerProblems(app);
    protect(app);
    addRunRoutes(app, { database, runs });
    addHealthRoute(app, {
      database: () => (store.failure ? { status: "degraded", detail: store.failure } : { status: "ok" }),
      relay: () => relayHealth(relayPort, options.relay),
      events: () =>
        store.numMissed > 0
          ? { status: "degraded", detail: `${store.numMissed} events are not in the database` }
          : { status: "ok" },
      runs: () => ({ status: "ok", detail: `${runs.numRunning} running, ${runs.numQueued} queued` }),
    });
    app.get("/metrics", (_request, reply) => {
      return reply.type("text/plain; version=0.0.4").send(relay.prometheus());
    });
    await addDashboard(app);
    mountRelay(app, relay);
    url = await listen(app, options);
    closers.push(() => app.close());
    // Last in, first out: runs end while relay, store and database still work, so that their end is stored.
    closers.push(async () => {
      await runs.close();
      await store.flush(2_000);
    });
    return { url, relayPort, databaseName: database.name, runs, relay, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openRelayPort(relay: Relay, where: ServerOptions["relay"]): Promise<Server["relayPort"]> {
  if (!where) return { problem: "switched off; /ws/relay works" };
  try {
    const { host, port } = await relay.listen(where);
    return { url: `ws://${hostInUrl(host)}:${port}` };
  } catch (error) {
    if (!(error instanceof RelayError) || error.code === "address_not_loopback") throw error;
    return {
      problem: `${error.message}; set --relay-port or FEDLOOM_RELAY_PORT; /ws/relay works all the same`,
    };
  }
}

function relayHealth(relayPort: Server["relayPort"], where: ServerOptions["relay"]) {
  if ("url" in relayPort) return { status: "ok" as const, detail: relayPort.url };
  return { status: where ? ("degraded" as const) : ("off" as const), detail: relayPort.problem };
}

/** The relay behind the API's own port, so that one port is enough behind a proxy. */
function mountRelay(app: FastifyInstance, relay: Relay): void {
  app.server.on("upgrade", (request, socket, head) => {
    const path = request.url?.split("?")[0];
    if (path === "/ws/relay") return relay.handleUpgrade(request, socket, head);
    if (path === "/ws/training-progress") return relay.handleUpgrade(request, socket, head, { form: "flat" });
    socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
}

async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      const text = `port ${port} on ${host} is taken by another program; set --port or FEDLOOM_PORT`;
      throw new ServerError("port_in_use", text, { cause });
    }
    throw new ServerError("address_unavailable", `cannot listen on ${host}:${port}: ${message}`, { cause });
  }
  return `http://${hostInUrl(host)}:${(app.server.address() as AddressInfo).port}`;
}

function refuseOtherMachines(host: string): void {
  if (isLoopback(host)) return;
  const message = `--host: expected an address of this machine (127.0.0.1), received ${host}: anybody on the network could start runs`;
  throw new ServerError("address_unavailable", message);
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
