import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { fetchDocument, type Operation, operationsOf, resolveReferences } from "./api-document.js";
import { type HostileRequest, requestsTo } from "./hostile-requests.js";
import { type BuiltServer, startBuiltServer } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

type Json = Record<string, unknown>;

/** Another one finds other things: set it, and a failure names it with the request that broke something. */
const SEED = Number(process.env.FEDLOOM_FUZZ_SEED ?? 20261120);
const NUM_CASES = Number(process.env.FEDLOOM_FUZZ_CASES ?? 40);
const LIMIT_MS = 5_000;

const RUN = "01JD0000000000000000000601";
/** What the server has, so that some requests go further than the first check. */
const known = {
  run_id: RUN,
  round: 1,
  client_id: "../=site",
  kind: "last",
  metric_name: "cpu_percent",
  // Runs that are accepted are small.
  data: "blobs",
  num_rounds: 1,
  num_epochs: 1,
  num_clients: 1,
};

let folder: TemporaryFolder;
let server: BuiltServer;
let operations: Operation[];
let storedEvents: unknown[];

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startBuiltServer(folder.path, ["--no-run"]);
  await publishRun();
  const document = await fetchDocument(server.url);
  operations = operationsOf(document).map((operation) => resolveReferences(document, operation) as never);
  storedEvents = await eventsOf();
});
afterAll(async () => {
  // Accepted runs would go on without it.
  for (const runId of await unfinishedRuns()) {
    await fetch(`${server.url}/api/runs/${runId}`, { method: "DELETE" });
  }
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

async function publishRun(): Promise<void> {
  const socket = new WebSocket(server.relayUrl);
  await new Promise((resolve) => socket.once("open", resolve));
  const send = (type: string, data: Json) =>
    socket.send(
      JSON.stringify({ type, timestamp: "2026-11-20T10:00:00.000Z", data: { run_id: RUN, ...data } }),
    );
  send("training_mode", { is_federated: true, num_rounds: 1, num_clients: 1 });
  send("client_complete", {
    round: 1,
    client_id: known.client_id,
    num_samples: 1,
    metrics: { train_loss: "NaN" },
    duration_ms: 1,
    bytes_up: 1,
    bytes_down: 1,
    status: "ok",
  });
  send("round_end", { round: 1, total_rounds: 1, fit_metrics: { a: 1 }, eval_metrics: {}, duration_ms: 1 });
  // The server adds an alert of its own, because of the NaN.
  await vi.waitFor(async () => expect(await eventsOf()).toHaveLength(4), { timeout: 10_000 });
  socket.terminate();
}

async function eventsOf(): Promise<unknown[]> {
  const answer = (await (await fetch(`${server.url}/api/runs/${RUN}/events`)).json()) as Json;
  return answer.events as unknown[];
}

async function unfinishedRuns(): Promise<string[]> {
  const query = "state=queued,running,silent,lost,paused&limit=1000";
  const answer = (await (await fetch(`${server.url}/api/runs?${query}`)).json()) as { runs: Json[] };
  return answer.runs.map(({ run_id }) => String(run_id));
}

/** Sends a request as it is, and says what is wrong with the answer. */
function faultOf({ method, path, headers, body }: HostileRequest): Promise<string | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const started = performance.now();
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const sent = request({ method, hostname, port, path, headers: { ...headers, ...length }, agent: false });
    const settle = (fault: string | undefined) => {
      clearTimeout(timer);
      sent.destroy();
      resolve(fault && `${fault} (${(performance.now() - started).toFixed(0)} ms)`);
    };
    const timer = setTimeout(() => settle("no answer in time"), LIMIT_MS);
    // Too large a body may be cut off while it is sent; the answer comes all the same, or the next request fails.
    sent.on("error", (error: NodeJS.ErrnoException) =>
      settle(error.code === "EPIPE" || error.code === "ECONNRESET" ? undefined : error.message),
    );
    sent.on("response", (response) => {
      const { statusCode: status = 0 } = response;
      const type = String(response.headers["content-type"] ?? "");
      // Goes on for ever, rightly.
      if (type === "text/event-stream") return settle(undefined);
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text = (text + chunk).slice(0, 100_000);
      });
      response.on("end", () => settle(faultIn({ method, status, type, text })));
    });
    sent.end(body);
  });
}

function faultIn({
  method,
  status,
  type,
  text,
}: {
  method: string;
  status: number;
  type: string;
  text: string;
}) {
  if (status >= 500 && status !== 503 && status !== 507) return `status ${status}: ${text.slice(0, 300)}`;
  if (status < 400 || method === "HEAD") return undefined;
  if (!type.startsWith("application/problem+json")) return `status ${status} of type ${type}`;
  const problem = JSON.parse(text) as Json;
  const isWhole =
    problem.status === status && typeof problem.code === "string" && typeof problem.detail === "string";
  if (!isWhole) return `an odd problem: ${text.slice(0, 300)}`;
  return /node_modules|\bat .+:\d+:\d+|\.fedloom|select .+ from/.test(text)
    ? `tells too much: ${text.slice(0, 300)}`
    : undefined;
}

describe(`hostile requests to every operation (seed ${SEED})`, () => {
  // What reads comes first: what writes may remove what is read.
  it.each(["get", "head", "patch", "put", "post", "delete"])(
    "by %s are answered in time, and never by a fault",
    async (verb) => {
      const method = verb.toUpperCase();
      const chosen = operations.filter(
        (operation) => operation.method === (verb === "head" ? "GET" : method),
      );
      const faults: string[] = [];
      for (const operation of chosen) {
        const requests = requestsTo({ ...operation, method }, known);
        const property = fc.asyncProperty(
          fc.array(requests, { minLength: 4, maxLength: 4 }),
          async (batch) => {
            const found = await Promise.all(batch.map(faultOf));
            const first = found.findIndex((fault) => fault !== undefined);
            if (first >= 0)
              throw new Error(`${found[first]} for ${JSON.stringify(batch[first])?.slice(0, 2_000)}`);
          },
        );
        const numRuns = Math.ceil(NUM_CASES / 4 / (verb === "head" ? 4 : 1));
        const { errorInstance } = await fc.check(property, { seed: SEED, numRuns, endOnFailure: true });
        if (errorInstance) faults.push((errorInstance as Error).message);
      }
      expect(faults).toEqual([]);
    },
  );

  it("leave a server that works, with a database that is whole", async () => {
    expect(server.process.exitCode).toBeNull();
    const health = await fetch(`${server.url}/health`);
    expect(health.status).toBe(200);
    const { runs, total } = (await (await fetch(`${server.url}/api/runs?limit=1000`)).json()) as {
      runs: Json[];
      total: number;
    };
    expect(runs.length).toBe(total);
    for (const { run_id } of runs) expect((await fetch(`${server.url}/api/runs/${run_id}`)).status).toBe(200);
    const isThere = runs.some(({ run_id }) => run_id === RUN);
    if (isThere) expect(await eventsOf()).toEqual(expect.arrayContaining(storedEvents));
    expect(server.output()).not.toMatch(/unhandled|FATAL|TypeError|RangeError/i);
  });
});
