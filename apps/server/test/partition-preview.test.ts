import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { partitionPreview } from "@fedloom/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltServer, startBuiltServer, untilState } from "./start-built-server.js";
import { startRun } from "./start-run.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

type Json = Record<string, unknown>;

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

async function ask(body: Json, signal?: AbortSignal): Promise<{ status: number; answer: Json; ms: number }> {
  const started = performance.now();
  const response = await fetch(`${server.url}/api/partition-preview`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  return {
    status: response.status,
    answer: (await response.json()) as Json,
    ms: performance.now() - started,
  };
}

describe("POST /api/partition-preview", () => {
  it.each([
    { partition: "dirichlet", dirichlet_alpha: 0.5, partition_options: { min_size: 5 } },
    { partition: "shards", partition_options: { shards_per_client: 1 } },
    { partition: "feature", partition_options: { noise: 0.3 } },
  ])("says what a run of %j then has", async (partition) => {
    const fields = { data: "blobs", num_clients: 4, seed: 11, ...partition };
    const { status, answer } = await ask(fields);
    expect([status, partitionPreview.check(answer)]).toMatchObject([200, { ok: true }]);
    const runId = await startRun(server, { ...fields, num_rounds: 1, engine: "wasm" });
    await untilState(server, runId, "completed");
    const path = `/api/runs/${runId}/rounds/1/clients`;
    const { clients } = (await (await fetch(server.url + path)).json()) as { clients: Json[] };
    const held = clients.map(({ client_id, num_samples }) => [client_id, num_samples]);
    const told = (answer.clients as Json[]).map(({ num_samples }, i) => [`client-${i + 1}`, num_samples]);
    expect(held.toSorted()).toEqual(told);
  });

  it("answers for the first run's data and a thousand clients, and then at once", async () => {
    const first = await ask({});
    expect(first.answer).toMatchObject({ dataset: "synthetic chest X-rays", num_samples: 4_000 });
    const many = await ask({ num_clients: 1_000, partition: "iid" });
    expect(many.answer.sizes).toEqual({ smallest: 4, median: 4, largest: 4 });
    // The data are not made again.
    expect(many.ms).toBeLessThan(Math.max(first.ms, 1_000));
  });

  it("refuses as starting a run does", async () => {
    const bad: Json[] = [
      { data_path: "/nowhere/at-all.npz" },
      { data: "blobs", data_path: folder.path },
      { partition: "iid", partition_options: { min_size: 1 } },
      { partition: "quantity", partition_options: { min_size: 0 } },
      { partition_options: { alpha: 1 } },
      { data_options: { path: "/etc/passwd" } },
      { num_clients: 1_001 },
      { dirichlet_alpha: 0 },
      { seed: "one" },
    ];
    for (const body of bad) {
      const response = await fetch(`${server.url}/api/runs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const { status, answer } = await ask(body);
      expect([body, status, answer]).toEqual([body, response.status, await response.json()]);
      expect(status).toBe(400);
    }
    const { status, answer } = await ask({ strategy: "fedavg" });
    expect([status, answer.code]).toEqual([400, "request_invalid"]);
  });

  it("says what is wrong with data and partitions that only the data tell", async () => {
    const broken = join(folder.path, "broken.npz");
    await writeFile(broken, "PK\u0003\u0004 and no more");
    const cases: [Json, number, Json][] = [
      [{ data_path: broken }, 400, { code: "data_unreadable", field: "data_path" }],
      [{ data_path: folder.path }, 400, { code: "data_unreadable", field: "data_path" }],
      [{ data: "blobs", dirichlet_alpha: 1e-300 }, 400, { code: "config_invalid", field: "partition" }],
      [{ data: "blobs", data_options: { num_train: 9 }, num_clients: 10 }, 400, { field: "num_clients" }],
      [{ data: "blobs", data_options: { num_train: 1e8, num_features: 65_536 } }, 413, { code: "too_large" }],
    ];
    for (const [body, status, problem] of cases) {
      expect([body, await ask(body)]).toMatchObject([body, { status, answer: problem }]);
    }
  });

  it("stays with who asks: one that is gone keeps nobody waiting", async () => {
    const gone = Array.from({ length: 6 }, () => new AbortController());
    const left = gone.map(({ signal }, i) => ask({ seed: 100 + i }, signal).catch(() => undefined));
    for (const controller of gone) controller.abort();
    const { status } = await ask({ data: "blobs" });
    expect(status).toBe(200);
    await Promise.all(left);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});
