import { decodeSafetensors } from "@fedloom/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openEventStream } from "./event-stream.js";
import { type BuiltServer, startBuiltServer, untilState } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

type Json = Record<string, unknown>;

/** Long enough to be stopped, paused and watched. */
const LONG = { data: "blobs", num_rounds: 2_000, num_clients: 2 };
const SHORT = { data: "blobs", num_rounds: 2, num_clients: 2 };
const NOBODY = "01JD0000000000000000000701";

let folder: TemporaryFolder;
let server: BuiltServer;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startBuiltServer(folder.path, ["--no-run"]);
});
afterAll(async () => {
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

async function ask(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; answer: Json; location: string | null }> {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await fetch(server.url + path, { method, ...json });
  const text = await response.text();
  return {
    status: response.status,
    answer: text === "" ? {} : JSON.parse(text),
    location: response.headers.get("location"),
  };
}

async function start(config: Json): Promise<string> {
  const { status, answer, location } = await ask("POST", "/api/runs", config);
  expect([status, location]).toEqual([201, `/api/runs/${answer.run_id}`]);
  return String(answer.run_id);
}

async function untilStep(runId: string, step: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { answer } = await ask("GET", `/api/runs/${runId}`);
      expect(answer.step).toBeGreaterThanOrEqual(step);
    },
    { timeout: 60_000, interval: 100 },
  );
}

describe("a run", () => {
  it("is started, watched, and leaves its results", async () => {
    const runId = await start({ ...SHORT, experiment_name: "watched", tags: ["api"], project: "tests" });
    await using stream = await openEventStream(`${server.url}/api/runs/${runId}/events`);
    const types: string[] = [];
    for (let event = await stream.next(); event; event = await stream.next()) {
      types.push(event.type);
      if (event.type === "training_end") break;
    }
    expect(types).toContain("round_end");
    const run = await untilState(server, runId, "completed");
    expect(run).toMatchObject({
      experiment_name: "watched",
      project: "tests",
      tags: ["api"],
      step: 2,
      total_steps: 2,
    });
    const rounds = (await ask("GET", `/api/runs/${runId}/rounds`)).answer.rounds as Json[];
    expect(rounds).toMatchObject([
      { round: 1, num_ok: 2 },
      { round: 2, num_ok: 2 },
    ]);
    const { models } = (await ask("GET", `/api/runs/${runId}/model`)).answer as {
      models: { kind: string }[];
    };
    expect(models.map(({ kind }) => kind)).toContain("last");
    const weights = await fetch(`${server.url}/api/runs/${runId}/model/last/model.safetensors`);
    expect(decodeSafetensors(new Uint8Array(await weights.arrayBuffer())).ok).toBe(true);
    const model = (await ask("GET", `/api/runs/${runId}/model/last/model.json`)).answer;
    expect(model).toMatchObject({ format: "layers-model", weightsManifest: [{ paths: ["weights.bin"] }] });
  });

  it("is started by the short form as a centralized one", async () => {
    const { status, answer } = await ask("POST", "/train", { data: "blobs", num_epochs: 1 });
    expect(status).toBe(201);
    const run = await untilState(server, String(answer.run_id), "completed");
    expect(run).toMatchObject({ mode: "centralized", total_steps: 1 });
    expect((await ask("POST", "/train", { mode: "federated" })).answer).toMatchObject({ field: "mode" });
  });

  it("trains on what was uploaded", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 3) % 5},${i % 2}`);
    const response = await fetch(`${server.url}/api/data?kind=csv`, {
      method: "POST",
      headers: { "content-type": "text/csv" },
      body: `a,b,label\n${rows.join("\n")}\n`,
    });
    const { data_path } = (await response.json()) as Json;
    const config = {
      data_path,
      data_options: { kind: "csv", label: "label" },
      num_rounds: 1,
      num_clients: 2,
      partition: "iid",
    };
    await untilState(server, await start(config), "completed");
  });

  it("pauses, goes on, shows the model it has, and stops", async () => {
    const runId = await start(LONG);
    await untilStep(runId, 2);
    expect(await ask("POST", `/api/runs/${runId}/pause`, { reason: "lunch" })).toMatchObject({
      status: 202,
      answer: { run_id: runId, state: "running" },
    });
    const paused = await untilState(server, runId, "paused");
    expect((await ask("POST", `/api/runs/${runId}/pause`)).status).toBe(409);
    const checkpoints = (await ask("GET", `/api/runs/${runId}/checkpoints`)).answer.checkpoints as Json[];
    expect(checkpoints).toContainEqual(expect.objectContaining({ kind: "last", step: paused.step }));
    const weights = await fetch(`${server.url}/api/runs/${runId}/model/last/weights.bin`);
    expect([weights.status, (await weights.arrayBuffer()).byteLength % 4]).toEqual([200, 0]);
    expect((await ask("POST", `/api/runs/${runId}/resume`)).status).toBe(202);
    await untilStep(runId, Number(paused.step) + 1);
    expect((await ask("POST", `/api/runs/${runId}/resume`)).status).toBe(409);
    expect((await ask("POST", `/api/runs/${runId}/stop`, { reason: "seen enough" })).status).toBe(202);
    await untilState(server, runId, "stopped");
    expect(await ask("POST", `/api/runs/${runId}/stop`)).toMatchObject({
      status: 409,
      answer: { code: "run_not_active" },
    });
  });

  it("is removed with everything of it, also while it trains", async () => {
    const runId = await start(LONG);
    await untilStep(runId, 1);
    const stream = await openEventStream(`${server.url}/api/runs/${runId}/events`);
    expect(await stream.next()).toBeDefined();
    expect((await ask("DELETE", `/api/runs/${runId}`)).status).toBe(204);
    await expect(
      (async () => {
        while (await stream.next()) {}
      })(),
    ).rejects.toThrow();
    for (const rest of ["", "/events", "/metrics", "/model"]) {
      expect((await ask("GET", `/api/runs/${runId}${rest}`)).status).toBe(404);
    }
    expect((await ask("DELETE", `/api/runs/${runId}`)).status).toBe(404);
  });

  it.each(["stop", "pause", "resume"])("that is not there cannot %s", async (action) => {
    const path = `/api/runs/${NOBODY}/${action}`;
    expect(await ask("POST", path)).toMatchObject({ status: 404, answer: { code: "run_not_found" } });
    expect(await ask("POST", path, { reason: 1 })).toMatchObject({
      status: 400,
      answer: { field: "reason" },
    });
    expect(await ask("POST", path, { why: "so" })).toMatchObject({ status: 400, answer: { field: "why" } });
  });

  it("that is over is pruned when it is asked for, and not before", async () => {
    const listed = async () => Number((await ask("GET", "/api/runs")).answer.total);
    const before = await listed();
    expect((await ask("POST", "/api/runs/prune", {})).answer).toMatchObject({ field: "older_than_days" });
    expect((await ask("POST", "/api/runs/prune", { older_than_days: -1 })).status).toBe(400);
    const dry = (await ask("POST", "/api/runs/prune", { keep_last: 1, dry_run: true })).answer;
    expect(dry.is_dry_run).toBe(true);
    expect(await listed()).toBe(before);
    const { runs } = (await ask("POST", "/api/runs/prune", { keep_last: 1 })).answer as { runs: Json[] };
    expect(runs.map(({ run_id }) => run_id)).toEqual((dry.runs as Json[]).map(({ run_id }) => run_id));
    expect(await listed()).toBe(before - runs.length);
  });
});

describe("a stream of events", () => {
  it("goes on after a restart of the server, where it was", async () => {
    const runId = await start(SHORT);
    await untilState(server, runId, "completed");
    const first = await openEventStream(`${server.url}/api/runs/${runId}/events`);
    const seen = [];
    while (seen.length < 3) seen.push(await first.next());
    await first[Symbol.asyncDispose]();
    await server.stop();
    server = await startBuiltServer(folder.path, ["--no-run"]);
    const headers = { "last-event-id": String(seen.at(-1)?.id) };
    await using second = await openEventStream(`${server.url}/api/runs/${runId}/events`, headers);
    for (let event = await second.next(); event; event = await second.next()) {
      seen.push(event);
      if (event.type === "training_end") break;
    }
    const { events } = (await ask("GET", `/api/runs/${runId}/events`)).answer as { events: Json[] };
    const positions = events.map(({ position }) => position);
    expect(seen.map((event) => event?.id)).toEqual(positions.slice(0, seen.length));
  });
});
