import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createModelExporter } from "../src/runs/child/model-exporter.js";
import { EXIT, LEASE_MS } from "../src/runs/run-messages.js";
import { openRunBench, type RunBench, type RunProcess } from "./start-run-process.js";

const WORKER = pathToFileURL(fileURLToPath(new URL("../dist/export-worker.js", import.meta.url)));

let bench: RunBench;
const open: RunProcess[] = [];

beforeAll(async () => {
  bench = await openRunBench();
});
afterAll(() => bench?.[Symbol.asyncDispose]());
afterEach(() => {
  for (const { child } of open.splice(0)) child.kill("SIGKILL");
});

function start(runId: string, more = {}): RunProcess {
  const run = bench.start(runId, more);
  open.push(run);
  return run;
}

/** Long enough to be disturbed. */
const long = {
  data: "blobs",
  data_options: { numTrain: 2_000, numVal: 100, numTest: 50 },
  model: "tabular",
  num_clients: 3,
  batch_size: 8,
  num_rounds: 500,
} as const;

const short = { ...long, num_rounds: 2, data_options: { numTrain: 300, numVal: 50, numTest: 50 } } as const;

const stepOf = async (runId: string) => (await bench.database.runs.get(runId))?.step ?? 0;
const reach = (runId: string, step: number) =>
  expect.poll(() => stepOf(runId), { timeout: 30_000, interval: 10 }).toBeGreaterThanOrEqual(step);
const typesOf = (runId: string) => bench.eventsOf(runId).map(({ type }) => type);
const logsOf = (runId: string) =>
  bench.eventsOf(runId).flatMap(({ type, data }) => (type === "log" ? [String(data.message)] : []));

describe("the process of a run", { timeout: 90_000 }, () => {
  it("pauses at once, gives the run back, and another goes on", async () => {
    const runId = await bench.create(long);
    const first = start(runId);
    await reach(runId, 1);
    await bench.database.runs.want(runId, "paused", "lunch");
    expect(await first.ended).toBe(EXIT.released);
    expect(await bench.database.runs.get(runId)).toMatchObject({ state: "paused", stateReason: "lunch" });
    expect(typesOf(runId)).not.toContain("training_end");
    await bench.database.runs.settle(runId, "queued", { from: ["paused"] });
    const step = await stepOf(runId);
    const second = start(runId);
    await reach(runId, step + 1);
    expect(logsOf(runId)).toContain(`attempt 2 goes on after round ${step}`);
    await bench.database.runs.want(runId, "stopped", "enough");
    expect(await second.ended).toBe(EXIT.over);
    expect(typesOf(runId).at(-1)).toBe("training_end");
    expect(bench.eventsOf(runId).at(-1)?.data).toMatchObject({ status: "stopped" });
    expect((await bench.database.models.list(runId)).map(({ kind }) => kind)).toContain("last");
  });

  it("gives the run back when it is asked to end, and does not mind that its server is gone", async () => {
    const runId = await bench.create(long);
    const { child, ended } = start(runId);
    await reach(runId, 1);
    child.disconnect();
    await reach(runId, (await stepOf(runId)) + 2);
    child.kill("SIGTERM");
    expect(await ended).toBe(EXIT.released);
    expect(await bench.database.runs.get(runId)).toMatchObject({ state: "queued" });
    expect(typesOf(runId)).not.toContain("training_end");
  });

  it("ends without a word when another has the run", async () => {
    const runId = await bench.create(long);
    const { ended } = start(runId);
    await reach(runId, 1);
    const attempt = (await bench.database.runs.get(runId))?.attempt ?? 0;
    await bench.database.runs.release({ runId, attempt, owner: "bench" }, { state: "queued" });
    const mine = await bench.database.runs.claim(runId, "another", LEASE_MS);
    expect(mine?.attempt).toBe(attempt + 1);
    expect(await ended).toBe(EXIT.leaseLost);
    expect(typesOf(runId)).not.toContain("training_end");
    // And does not begin with one.
    expect(await start(runId).ended).toBe(EXIT.leaseLost);
  });

  it("trains on while the database is away, and loses no round", async () => {
    const runId = await bench.create(long);
    const { child, ended } = start(runId);
    await reach(runId, 1);
    for (let i = 0; i < 2; i++) {
      await vi.waitFor(
        async () => {
          const pid = await readFile(join(bench.dataDir, "cluster", "postmaster.pid"), "utf8");
          process.kill(Number.parseInt(pid, 10), "SIGKILL");
        },
        { timeout: 30_000 },
      );
      // Asked again until there is a database that can answer.
      const step = await vi.waitFor(() => stepOf(runId), { timeout: 30_000 });
      await reach(runId, step + 2);
    }
    child.kill("SIGTERM");
    expect(await ended).toBe(EXIT.released);
    expect(typesOf(runId)).not.toContain("error");
  });

  it("says what is wrong with a run that cannot begin", async () => {
    const runId = await bench.create({ ...short, num_clients: 1_000 });
    const { ended } = start(runId);
    expect(await ended).toBe(EXIT.over);
    const [error, end] = bench.eventsOf(runId).slice(-2);
    expect(error?.data).toMatchObject({
      fatal: true,
      error: expect.stringMatching(/^num_clients: expected an integer in \[1, 300\].*, received 1000$/),
    });
    expect(end?.data).toMatchObject({ status: "failed" });
  });

  it("begins anew, and says so, where the checkpoint is damaged", async () => {
    const runId = await bench.create(long);
    const first = start(runId);
    await reach(runId, 2);
    first.child.kill("SIGKILL");
    await first.ended;
    const attempt = 1;
    const lease = { runId, attempt, owner: "bench" };
    await bench.database.checkpoints.save(lease, { kind: "last", step: 2, bytes: new Uint8Array(50) });
    const second = start(runId);
    await expect.poll(() => logsOf(runId).join(), { timeout: 30_000 }).toContain("attempt 2 begins anew");
    await expect
      .poll(() => bench.eventsOf(runId).filter(({ type }) => type === "training_start").length, {
        timeout: 30_000,
      })
      .toBe(2);
    const start2 = bench.eventsOf(runId).findLast(({ type }) => type === "training_start");
    expect(start2?.data).toMatchObject({ attempt: 2, resumed_from: 0 });
    second.child.kill("SIGKILL");
    await second.ended;
  });
});

describe("models of runs that go on", { timeout: 90_000 }, () => {
  it("are made in a thread, and again only for another checkpoint", async () => {
    const runId = await bench.create(long);
    const { child, ended } = start(runId);
    await reach(runId, 1);
    child.kill("SIGTERM");
    await ended;
    const options = { dataDir: bench.dataDir };
    const exporter = createModelExporter({
      database: bench.database,
      databaseOptions: options,
      file: WORKER,
    });
    const [a, b] = await Promise.all([exporter.export(runId, "last"), exporter.export(runId, "last")]);
    expect(a).toBe(b);
    expect(a).toMatchObject({ runId, kind: "last", step: await stepOf(runId), name: "tabular" });
    expect(a?.layersModel).toMatchObject({ format: "layers-model" });
    expect(Buffer.from(a?.safetensors ?? []).includes(runId)).toBe(true);
    expect(await exporter.export(runId, "last")).toBe(a);
    expect(await exporter.export("none", "last")).toBeUndefined();
    expect((await exporter.export(runId, "best"))?.kind).toBe("best");
  });
});
