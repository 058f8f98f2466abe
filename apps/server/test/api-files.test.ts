import { createHash } from "node:crypto";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { decodeSafetensors } from "@fedloom/protocol";
import {
  exportLayersModel,
  exportSafetensors,
  findModel,
  initialWeights,
  resolveModel,
} from "@fedloom/trainer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, type TestApi } from "./open-test-api.js";

type Json = Record<string, unknown>;

const RUN = "01JD0000000000000000000501";
const EMPTY = "01JD0000000000000000000502";
const CHECKPOINT = Buffer.from("not a real checkpoint, but whole");

const spec = findModel("logistic-regression").build({ sampleShape: [2], numOutputs: 2 });
const resolved = resolveModel(spec);
const weights = initialWeights(resolved, 7);

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  const { runs, models, checkpoints } = api.database;
  for (const runId of [RUN, EMPTY]) {
    const run = { project: "default", experimentName: "files", tags: [], notes: "", seed: 1, totalSteps: 1 };
    await runs.create({ runId, mode: "federated", config: {}, ...run });
  }
  const lease = await runs.claim(RUN, "test", 60_000);
  if (!lease) throw new Error("no lease");
  await checkpoints.save(lease, { kind: "last", step: 1, bytes: CHECKPOINT });
  const { modelJson, weightsBin } = exportLayersModel(resolved, weights);
  await models.save({
    runId: RUN,
    kind: "last",
    step: 1,
    name: "logistic-regression",
    layersModel: modelJson as unknown as Json,
    layersWeights: weightsBin,
    safetensors: exportSafetensors(resolved, weights, {}),
  });
});
afterAll(() => api?.[Symbol.asyncDispose]());

const path = (rest: string, runId = RUN) => `/api/runs/${runId}/${rest}`;

describe("files of a run", () => {
  it("are its checkpoints, as they were saved", async () => {
    const sha256 = createHash("sha256").update(CHECKPOINT).digest("hex");
    const { checkpoints } = await api.get(path("checkpoints"));
    expect(checkpoints).toMatchObject([{ kind: "last", step: 1, num_bytes: CHECKPOINT.length, sha256 }]);
    const response = await fetch(api.url + path("checkpoints/last/file"));
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${RUN}-last.checkpoint"`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(CHECKPOINT);
    expect(await api.get(path("checkpoints/best/file"), 404)).toMatchObject({ code: "checkpoint_not_found" });
    expect((await api.get(path("checkpoints", EMPTY))).checkpoints).toEqual([]);
  });

  it("are its models, each with where its files are", async () => {
    const { models } = (await api.get(path("model"))) as { models: Json[] };
    expect(models).toMatchObject([{ kind: "last", step: 1, name: "logistic-regression" }]);
    const files = models[0]?.files as Record<string, string>;
    expect(files.safetensors).toBe(path("model/last/model.safetensors"));
    const response = await fetch(api.url + files.safetensors);
    const decoded = decodeSafetensors(new Uint8Array(await response.arrayBuffer()));
    expect(decoded.ok).toBe(true);
    expect(await api.get(path("model/best/model.json"), 404)).toMatchObject({ code: "model_not_found" });
    expect((await api.get(path("model", EMPTY))).models).toEqual([]);
  });

  it("are a model that tf.loadLayersModel takes by its address", async () => {
    const load = createRequire(new URL("../../../packages/trainer-core/package.json", import.meta.url));
    const tf = load("@tensorflow/tfjs-core");
    load("@tensorflow/tfjs-backend-cpu");
    const { loadLayersModel } = load("@tensorflow/tfjs-layers");
    tf.enableProdMode();
    await tf.setBackend("cpu");
    const model = await loadLayersModel(`${api.url}${path("model/last/model.json")}`);
    const loaded = model
      .getWeights()
      .flatMap((tensor: { dataSync(): Float32Array }) => [...tensor.dataSync()]);
    expect(loaded).toEqual([...weights]);
  });
});

function upload(kind: string, body: string, type = "application/octet-stream"): Promise<Response> {
  return fetch(`${api.url}/api/data?kind=${kind}`, {
    method: "POST",
    body,
    headers: { "content-type": type },
  });
}

describe("an upload", () => {
  const table = "a,b,label\n1,2,0\n3,4,1\n";

  it("is kept under a name made of its content, once", async () => {
    const sha256 = createHash("sha256").update(table).digest("hex");
    const answers = [await upload("csv", table, "text/csv"), await upload("csv", table)];
    for (const answer of answers) {
      expect(answer.status).toBe(201);
      const data_path = join(api.dataDirectory, "uploads", `${sha256}.csv`);
      expect(await answer.json()).toEqual({ data_path, num_bytes: table.length, sha256 });
    }
    expect(await readdir(join(api.dataDirectory, "uploads"))).toEqual([`${sha256}.csv`]);
  });

  it.each([
    ["npz", "not a zip", "application/octet-stream", 400, "data_unreadable"],
    ["csv", "PK\u0003\u0004 a zip", "text/csv", 400, "data_unreadable"],
    ["csv", "a\u0000b,c", "text/csv", 400, "data_unreadable"],
    ["csv", "", "text/csv", 400, "data_unreadable"],
    ["exe", "MZ", "application/octet-stream", 400, "request_invalid"],
    ["../../x", "MZ", "application/octet-stream", 400, "request_invalid"],
    ["csv", "{}", "application/json", 415, "unsupported_media_type"],
  ])("of %s with %j as %s is refused", async (kind, body, type, status, code) => {
    const response = await upload(kind, body, type);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, status });
  });

  it("that says it is too large is refused before it is read", async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = {
        "content-type": "text/csv",
        "content-length": 257 * 1024 * 1024,
        expect: "100-continue",
      };
      const sent = request(`${api.url}/api/data?kind=csv`, { method: "POST", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on("error", reject);
      sent.write("a,b\n");
    });
    expect(status).toBe(413);
  });

  it("that breaks off leaves nothing", async () => {
    const folder = join(api.dataDirectory, "uploads");
    await mkdir(folder, { recursive: true });
    const before = await readdir(folder);
    await new Promise<void>((resolve) => {
      const headers = { "content-type": "text/csv", "content-length": 1_000 };
      const sent = request(`${api.url}/api/data?kind=csv`, { method: "POST", headers });
      sent.on("error", () => resolve());
      sent.write("a,b,c\n", () => sent.destroy());
      sent.on("close", () => resolve());
    });
    await expect.poll(() => readdir(folder)).toEqual(before);
  });

  it("clears away what a killed server left", async () => {
    const leftover = join(api.dataDirectory, "uploads", "old.part");
    await writeFile(leftover, "x");
    await utimes(leftover, 1, 1);
    await upload("csv", "x,y\n1,2\n");
    expect(await readdir(join(api.dataDirectory, "uploads"))).not.toContain("old.part");
  });
});
