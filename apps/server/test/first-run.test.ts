import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type BuiltServer, PNEUMONIA_MNIST, startBuiltServer, untilState } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

type Message = { type: string; data: Record<string, unknown>; meta?: { seq?: number; source?: string } };
type Json = Record<string, unknown>;

let folder: TemporaryFolder;
let server: BuiltServer;
let runId: string;
const seen: Message[] = [];

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startBuiltServer(folder.path, ["--data", PNEUMONIA_MNIST, "--rounds", "3"]);
  const viewer = new WebSocket(server.relayUrl);
  const ended = new Promise<void>((resolve) => {
    viewer.on("message", (frame) => {
      const message = JSON.parse(frame.toString()) as Message;
      seen.push(message);
      if (message.type === "training_end") resolve();
    });
  });
  await once(viewer, "open");
  [, runId = ""] = await server.until(/\/runs\/(\w{26})/);
  viewer.send(JSON.stringify({ type: "subscribe", data: { run_id: runId, from: "start" } }));
  await ended;
  await untilState(server, runId, "completed");
});

afterAll(async () => {
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

async function get(path: string): Promise<Json> {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  return (await response.json()) as Json;
}

describe("a first run on PneumoniaMNIST", () => {
  it("is seen live, in order, each event once", () => {
    const events = seen.filter(({ meta }) => meta?.source === "trainer");
    expect(events.map(({ meta }) => meta?.seq)).toEqual(events.map((_, index) => index + 1));
    // Gauges, and as many as there are to tell of a round.
    const aside = ["client_progress", "metrics", "checkpoint", "log"];
    const lifecycle = events.map(({ type }) => type).filter((type) => !aside.includes(type));
    const clients = Array(5).fill("client_complete");
    const round = ["round_start", ...clients, "round_end", "round_metrics"];
    expect(lifecycle).toEqual([
      "training_mode",
      "training_start",
      ...round,
      ...round,
      ...round,
      "training_end",
    ]);
  });

  it("learns, and says how well on the test split", () => {
    const end = seen.find(({ type }) => type === "training_end");
    const metrics = end?.data.final_metrics as Record<string, number>;
    expect(end?.data.status).toBe("completed");
    expect(metrics.test_auroc).toBeGreaterThan(0.9);
    expect(server.output()).toContain(`test AUC ${metrics.test_auroc?.toFixed(3)}`);
  });

  it("is in the database, event by event", async () => {
    const { events } = (await get(`/api/runs/${runId}/events`)) as { events: Message[] };
    const published = seen.filter(({ meta }) => meta?.source === "trainer");
    const stored = events.filter(({ meta }) => meta?.source === "trainer");
    expect(stored.map(({ type, data }) => ({ type, data }))).toEqual(
      published.map(({ type, data }) => ({ type, data })),
    );
    const metrics = await get(`/api/runs/${runId}/metrics`);
    expect(metrics).toMatchObject({ run_id: runId, state: "completed", total_rounds: 3 });
    const points = metrics.points as { name: string; phase: string; round: number; value: number }[];
    const auroc = points.filter(({ name, phase }) => name === "auroc" && phase === "test");
    expect(auroc.map(({ round }) => round)).toEqual([1, 2, 3]);
  });

  it("pages through its events without losing or repeating one", async () => {
    const all = ((await get(`/api/runs/${runId}/events`)) as { events: Message[] }).events;
    const paged: Message[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const page: { events: Message[]; next: number | null } = (await get(
        `/api/runs/${runId}/events?limit=7&after=${after}`,
      )) as never;
      paged.push(...page.events);
      after = page.next;
    }
    expect(paged).toEqual(all);
  });

  it("leaves a progress file", async () => {
    const files = await readdir(join(folder.path, "progress"));
    const lines = (
      await readFile(join(folder.path, "progress", `pneumonia_${runId}.jsonl`), "utf8")
    ).trimEnd();
    expect(files).toContain(`pneumonia_${runId}.json`);
    expect(JSON.parse(lines.split("\n").at(-1) ?? "")).toMatchObject({ type: "training_end" });
  });

  it("serves the dashboard with headers that keep other pages out", async () => {
    const page = await fetch(`${server.url}/runs/${runId}`, { headers: { accept: "text/html" } });
    expect(await page.text()).toContain("<title>Fedloom");
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    const foreign = await fetch(`${server.url}/api/runs`, { headers: { origin: "https://evil.example" } });
    expect(foreign.status).toBe(403);
    expect(await foreign.json()).toMatchObject({ code: "origin_refused" });
  });

  it("is healthy", async () => {
    expect(await get("/health")).toMatchObject({ status: "ok", parts: { relay: { status: "ok" } } });
  });

  it.each([
    [{ num_rounds: 0 }, "request_invalid", "num_rounds: expected at least 1, received 0"],
    [{ colour: "red" }, "request_invalid", "colour: expected only known fields, received an unknown field"],
    [{ strategy: "fedmagic" }, "strategy_unknown", "strategy: expected one of fedavg, fedavgm, "],
    [{ strategy: "krum" }, "config_invalid", "strategy_options.f: expected an integer >= 0"],
    [
      { strategy: "fedadam", strategy_options: { server_learning_rate: -1 } },
      "config_invalid",
      "strategy_options.server_learning_rate: expected a finite number > 0, received -1",
    ],
    [{ model: "gpt" }, "model_unknown", "model: expected one of pneumonia-cnn, "],
    [
      { data_path: "/nowhere.npz" },
      "data_unreadable",
      "data_path: expected a readable file or folder, received /nowhere.npz",
    ],
    [[], "request_invalid", "(root): expected object, received an array of 0"],
  ])("refuses to start a run of %j", async (config, code, detail) => {
    const response = await fetch(`${server.url}/api/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(config),
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    const problem = (await response.json()) as Json;
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(detail);
  });

  it.each([
    ["application/json", "{bad", 400, "bad_request"],
    ["application/xml", "<run/>", 415, "unsupported_media_type"],
    ["application/json", JSON.stringify({ experiment_name: "x".repeat(2 ** 20) }), 413, "too_large"],
  ])("answers a body of %s that it cannot read with a problem", async (contentType, body, status, code) => {
    const options = { method: "POST", headers: { "content-type": contentType }, body };
    const response = await fetch(`${server.url}/api/runs`, options);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, status });
  });

  it.each([
    ["GET", "/api/runs/01JD0000000000000000000000", 404, "run_not_found"],
    ["GET", "/api/nothing", 404, "not_found"],
    ["GET", "/api/runs?limit=0", 400, "request_invalid"],
    ["PUT", "/api/runs", 405, "method_not_allowed"],
    ["POST", "/api/runs/01JD0000000000000000000000/stop", 404, "run_not_found"],
  ])("answers %s %s with %i", async (method, path, status, code) => {
    const response = await fetch(server.url + path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });
});

describe("Ctrl-C and the next start", () => {
  it("leaves no process and no lock, and the next start shows the earlier run", async () => {
    expect(await server.stop("SIGINT")).toBe(0);
    server = await startBuiltServer(folder.path, ["--no-run"]);
    const { runs, total } = (await get("/api/runs")) as { runs: Json[]; total: number };
    expect(total).toBe(1);
    expect(runs[0]).toMatchObject({ run_id: runId, state: "completed" });
  });
});
