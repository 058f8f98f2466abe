import { rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunConfigInput, runConfig } from "@fedloom/protocol";
import { dealOut } from "@fedloom/trainer-core";
import { openDataset } from "@fedloom/trainer-core/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTemporaryFolder, type TemporaryFolder } from "../../../test/temporary-folder.js";
import { partitionOf } from "../config/partition-of.js";
import { createPreviewDesk } from "./preview-desk.js";

type Json = Record<string, unknown>;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await createTemporaryFolder();
});
afterAll(() => folder?.[Symbol.asyncDispose]());

function configOf(input: RunConfigInput) {
  const decoded = runConfig.decode(runConfig.toWire(input));
  if (!decoded.ok) throw decoded.error;
  return decoded.value;
}

async function preview(input: RunConfigInput, desk = createPreviewDesk()): Promise<Json> {
  return desk(configOf(input));
}

/** A table of two columns and a label that is x or y. */
async function writeTable(name: string, numRows: number): Promise<string> {
  const path = join(folder.path, name);
  const rows = Array.from({ length: numRows }, (_, i) => `${i},${i % 7},${i % 3 === 0 ? "x" : "y"}`);
  await writeFile(path, ["a,b,label", ...rows].join("\n"));
  return path;
}

describe("a preview", () => {
  it.each<RunConfigInput>([
    { data: "blobs", numClients: 7 },
    {
      data: "blobs",
      numClients: 5,
      partition: "pathological",
      partitionOptions: { classesPerClient: 1 },
      seed: 4,
    },
    { data: "blobs", numClients: 3, partition: "feature", partitionOptions: { noise: 1 } },
    { data: "two-spirals", numClients: 100, partition: "power-law", partitionOptions: { exponent: 0.5 } },
    { data: "blobs", dataOptions: { numTrain: 1_000, numClasses: 12 }, numClients: 1_000, partition: "iid" },
  ])("of %j is the partition that a run has", async (input) => {
    const config = configOf(input);
    const kind = config.data as "blobs";
    const dataset = await openDataset({ source: { ...config.dataOptions, kind }, seed: config.seed });
    const { shares } = dealOut(dataset, partitionOf(config));
    const { classNames } = dataset;
    const expected = shares.map((share) => ({
      num_samples: share.length,
      class_counts: classNames.map(
        (_, label) => share.filter((i) => dataset.train.labels[i] === label).length,
      ),
    }));
    const answer = await preview(input);
    expect(answer.clients).toEqual(expected);
    expect(answer).toMatchObject({
      dataset: dataset.title,
      class_names: classNames,
      num_samples: dataset.train.numSamples,
    });
  });

  it("keeps the data it opened last, while the file is the same", async () => {
    const desk = createPreviewDesk();
    const path = join(folder.path, "kept.csv");
    const write = async (label: string, seconds: number) => {
      const rows = Array.from({ length: 300 }, (_, i) => `${i},${i % 2 === 0 ? "x" : label}`);
      await writeFile(path, ["a,label", ...rows].join("\n"));
      await utimes(path, seconds, seconds);
    };
    const namesAt = async (dirichletAlpha: number) =>
      (await preview({ dataPath: path, numClients: 2, dirichletAlpha }, desk)).class_names;
    await write("y", 1_000);
    expect(await namesAt(100)).toEqual(["x", "y"]);
    // Another file that nothing tells from the first: it is not opened again.
    await write("z", 1_000);
    expect(await namesAt(50)).toEqual(["x", "y"]);
    await write("z", 2_000);
    expect(await namesAt(50)).toEqual(["x", "z"]);
    await rm(path);
    await expect(namesAt(50)).rejects.toMatchObject({ code: "data_unreadable", field: "data_path" });
  });

  it("of a table without classes counts all samples as one", async () => {
    const path = await writeTable("numbers.csv", 200);
    const dataOptions = { kind: "csv", label: "a", task: "regression" };
    const answer = await preview({ dataPath: path, dataOptions, numClients: 2, partition: "iid" });
    expect(answer).toMatchObject({ total_variation: 0, effective_classes: 1 });
    expect((answer.clients as Json[]).map(({ num_samples }) => num_samples)).toHaveLength(2);
  });

  it.each<[RunConfigInput, Json]>([
    [
      { data: "blobs", numClients: 500, dirichletAlpha: 0.01 },
      {
        code: "config_invalid",
        field: "partition",
        expected: expect.stringContaining("at least 10 samples"),
      },
    ],
    [
      { data: "blobs", dataOptions: { numTrain: 20 }, numClients: 21, partition: "iid" },
      { code: "config_invalid", field: "num_clients", received: "21" },
    ],
    [
      { data: "blobs", partition: "pathological", partitionOptions: { classesPerClient: 4 } },
      { code: "config_invalid", field: "partition_options.classes_per_client", received: "4" },
    ],
    [
      { data: "blobs", partition: "feature", partitionOptions: { rotation: 10 } },
      { code: "config_invalid", field: "partition_options.rotation" },
    ],
    [
      { data: "blobs", dataOptions: { numTrain: 1e8, numFeatures: 65_536 } },
      { code: "too_large", field: "data_options" },
    ],
    [
      { data: "blobs", dataOptions: { numTrain: 0 } },
      { code: "config_invalid", field: "data_options.num_train" },
    ],
  ])("refuses %j as a run would", async (input, problem) => {
    await expect(preview(input)).rejects.toMatchObject({ name: "ServerError", ...problem });
  });

  it.each([
    ["an empty file", "empty.csv", ""],
    ["a file that is none of those known", "noise.bin", "\u0000\u0001\u0002 nothing that is known"],
    ["a broken npz", "broken.npz", "PK\u0003\u0004 and no more"],
    ["a table without rows", "bare.csv", "a,b,label\n"],
  ])("says what is wrong with %s", async (_, name, text) => {
    const path = join(folder.path, name);
    await writeFile(path, text);
    await expect(preview({ dataPath: path })).rejects.toMatchObject({
      name: "ServerError",
      code: "data_unreadable",
      field: "data_path",
      message: expect.stringContaining(name),
    });
  });
});
