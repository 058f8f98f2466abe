import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Prediction, type RunPredictions, runPredictions } from "@fedloom/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type BuiltServer, PNEUMONIA_MNIST, startBuiltServer, untilState } from "./start-built-server.js";
import { startRun } from "./start-run.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

type Json = Record<string, unknown>;

const FOREIGN = "01JD0000000000000000000701";
let folder: TemporaryFolder;
let server: BuiltServer;
let runId: string;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startBuiltServer(folder.path, ["--no-run"]);
  runId = await startRun(server, { data_path: PNEUMONIA_MNIST, num_rounds: 2, num_clients: 3, seed: 1 });
  await untilState(server, runId, "completed");
});

afterAll(async () => {
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

async function get(query: string, id = runId): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${server.url}/api/runs/${id}/predictions?${query}`);
  return { status: response.status, body: (await response.json()) as Json };
}

async function predictionsOf(query: string, id = runId): Promise<RunPredictions> {
  const { status, body } = await get(query, id);
  expect([status, body.detail]).toEqual([200, undefined]);
  const decoded = runPredictions.decode(body);
  if (!decoded.ok) throw decoded.error;
  return decoded.value;
}

const bytes = (base64 = "") => [...Buffer.from(base64, "base64")];
const isMistake = ({ label, predicted }: Prediction) => label !== predicted;

describe("predictions of a run on PneumoniaMNIST", () => {
  it("are those that the run's own evaluation is about", async () => {
    const answer = await predictionsOf("kind=last");
    expect(answer).toMatchObject({
      runId,
      kind: "last",
      mode: "federated",
      step: 2,
      part: "test",
      isSynthetic: false,
      classNames: ["normal", "pneumonia"],
      numSamples: 624,
      total: 624,
      imageShape: [28, 28, 1],
      hasActivation: true,
    });
    const metrics = (await (await fetch(`${server.url}/api/runs/${runId}/metrics`)).json()) as Json;
    const final = metrics.final_metrics as Record<string, number>;
    for (const name of ["loss", "accuracy", "auroc"] as const) {
      expect(answer[name], name).toBeCloseTo(final[`test_${name}`] as number, 9);
    }
    const counts = (answer.confusion ?? []).flat();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(624);
    expect(answer.numMistakes).toBe((counts[1] as number) + (counts[2] as number));
    expect(answer.roc?.length).toBeLessThanOrEqual(200);
  });

  it("begin with the worst mistakes, each with its image and what speaks for the class in it", async () => {
    const { samples, numMistakes } = await predictionsOf("limit=100");
    expect(samples).toHaveLength(100);
    expect(samples.slice(0, Math.min(numMistakes, 20)).every(isMistake)).toBe(true);
    const losses = samples.map(({ loss }) => loss as number);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    for (const { pixels, activation, predicted, probabilities, confidence } of samples) {
      expect([bytes(pixels).length, bytes(activation?.pixels).length]).toEqual([784, 784]);
      expect(activation?.label).toBe(predicted);
      expect(confidence).toBe(probabilities[predicted]);
      expect((probabilities[0] as number) + (probabilities[1] as number)).toBeCloseTo(1, 5);
    }
    expect(Math.max(...bytes(samples[0]?.activation?.pixels))).toBe(255);
  });

  it("are chosen by cell of the confusion matrix, and come in pages without gap or overlap", async () => {
    const { confusion, numMistakes } = await predictionsOf("");
    const cell = await predictionsOf("label=0&predicted=1&limit=5&activation_of=0");
    expect(cell.total).toBe(confusion?.[0]?.[1]);
    expect(cell.samples.every((sample) => sample.label === 0 && sample.predicted === 1)).toBe(true);
    expect(cell.samples.every((sample) => sample.activation?.label === 0)).toBe(true);
    const pages = [];
    for (let offset = 0; offset < numMistakes; offset += 30) {
      pages.push(...(await predictionsOf(`filter=mistakes&limit=30&offset=${offset}`)).samples);
    }
    expect(new Set(pages.map(({ index }) => index)).size).toBe(numMistakes);
    expect((await predictionsOf("filter=mistakes&offset=624")).samples).toEqual([]);
    const validation = await predictionsOf("part=val&sort=index&filter=correct&limit=3");
    expect(validation.numSamples).toBe(524);
    expect(validation.samples.map(({ index }) => index)).toEqual(
      validation.samples.map(({ index }) => index).sort((a, b) => a - b),
    );
  });

  it("are given to several who ask at once", async () => {
    const answers = await Promise.all(
      ["kind=best", "kind=last", "part=val", "kind=best"].map((query) => predictionsOf(query)),
    );
    expect(answers[3]).toEqual(answers[0]);
    expect(answers[1]?.kind).toBe("last");
    expect(answers[2]?.part).toBe("val");
  });

  it.each([
    ["label=2", "label", "a class from 0 to 1"],
    ["predicted=255", "predicted", "a class from 0 to 1"],
    ["activation_of=7", "activation_of", "a class from 0 to 1"],
    ["activation_of=all", "activation_of", "predicted, or a class from 0 to 255"],
    ["label=-1", "label", "at least 0"],
    ["label=NaN", "label", "number"],
    ["limit=101", "limit", "at most 100"],
    ["offset=1e99", "offset", /^at most/],
    ["kind=../best", "kind", '"best" or "last"'],
    ["part=train", "part", '"test" or "val"'],
    ["filter=all&filter=correct", "filter", /mistakes/],
    ["__proto__=1", "__proto__", "only known fields"],
    ["path=/etc/passwd", "path", "only known fields"],
  ])("refuse %s", async (query, field, expected) => {
    const { status, body } = await get(query);
    expect([status, body.code, body.field]).toEqual([400, "request_invalid", field]);
    expect(body.expected).toMatch(expected);
  });
});

describe("there are no predictions", () => {
  /** Every `nth` row is of class a. */
  const csv = (nth = 2) =>
    ["x,y,label", ...Array.from({ length: 120 }, (_, i) => `${i % 7},${i % 11},${i % nth ? "b" : "a"}`)].join(
      "\n",
    );

  async function runOn(text: string, state: string): Promise<{ id: string; path: string }> {
    const path = join(folder.path, `${Math.random()}.csv`);
    await writeFile(path, text);
    const id = await startRun(server, { mode: "centralized", data_path: path, num_epochs: 1 });
    await untilState(server, id, state);
    return { id, path };
  }

  it("of data that is gone, or is not what it was", async () => {
    const { id, path } = await runOn(csv(), "completed");
    await writeFile(path, csv(3));
    expect(await get("", id)).toMatchObject({ status: 409, body: { code: "data_changed" } });
    await predictionsOf("limit=1");
    await writeFile(path, "x,y,label\n1,2\n");
    expect(await get("", id)).toMatchObject({ status: 409, body: { code: "data_changed" } });
    await rm(path);
    expect(await get("", id)).toMatchObject({ status: 409, body: { code: "data_gone" } });
    await writeFile(path, csv());
    const { samples, imageShape, hasActivation } = await predictionsOf("limit=2", id);
    expect([imageShape, hasActivation]).toEqual([null, false]);
    expect(samples).toHaveLength(2);
    expect(samples.every(({ pixels, activation }) => pixels === undefined && activation === undefined)).toBe(
      true,
    );
  });

  it("of a run without a model", async () => {
    const { id } = await runOn("x,y,label\n", "failed");
    expect(await get("", id)).toMatchObject({ status: 404, body: { code: "checkpoint_not_found" } });
    expect(await get("", FOREIGN)).toMatchObject({ status: 404, body: { code: "run_not_found" } });
  });

  it("of numbers, which are no classes", async () => {
    const path = join(folder.path, "numbers.csv");
    await writeFile(path, ["x,y", ...Array.from({ length: 80 }, (_, i) => `${i / 10},${i / 7}`)].join("\n"));
    const id = await startRun(server, {
      mode: "centralized",
      data_path: path,
      data_options: { kind: "csv", label: "y", task: "regression" },
      num_epochs: 1,
    });
    await untilState(server, id, "completed");
    expect(await get("kind=last", id)).toMatchObject({ status: 409, body: { code: "task_unsupported" } });
  });

  it("of a run that somebody else trains", async () => {
    const socket = new WebSocket(server.relayUrl);
    await once(socket, "open");
    const data = { run_id: FOREIGN, experiment_name: "theirs", training_mode: "federated" };
    socket.send(JSON.stringify({ type: "training_start", timestamp: new Date().toISOString(), data }));
    await vi.waitFor(async () => expect((await get("", FOREIGN)).status).toBe(409), { timeout: 10_000 });
    expect((await get("", FOREIGN)).body.code).toBe("run_not_managed");
    socket.close();
  });
});
