import { describe, expect, it } from "vitest";
import { type CreateDatasetOptions, createDataset } from "./create-dataset.js";
import { type DatasetFromArraysOptions, datasetFromArrays } from "./dataset-from-arrays.js";
import { npz, smallArrays } from "./testing-npz.js";
import { valuesOf } from "./testing-samples.js";

const rows = (count: number) => Array.from({ length: count }, (_, i) => [i, -i]);
const labels = (count: number) => Array.from({ length: count }, (_, i) => i % 2);
const arrays = (change: Partial<DatasetFromArraysOptions> = {}): DatasetFromArraysOptions => ({
  sampleShape: [2],
  train: { features: rows(40), labels: labels(40) },
  seed: 1,
  ...change,
});

describe("createDataset", () => {
  it("makes what is asked for", async () => {
    const titles: string[] = [];
    const sources: CreateDatasetOptions["source"][] = [
      "blobs",
      { kind: "two-spirals", turns: 1 },
      { kind: "synthetic-xrays", numTrain: 2, numVal: 1, numTest: 1 },
      { kind: "arrays", sampleShape: [2], train: arrays().train, title: "mine" },
      { kind: "npz", file: "My.npz", bytes: npz(smallArrays()) },
      {
        kind: "csv",
        file: "a b.csv",
        bytes: new TextEncoder().encode(
          `x,y\n${rows(30)
            .map(([i = 0]) => `${i},${i % 2}`)
            .join("\n")}`,
        ),
      },
    ];
    for (const source of sources) titles.push((await createDataset({ source, seed: 1 })).title);
    expect(titles).toEqual([
      "3 synthetic blobs",
      "two synthetic spirals",
      "synthetic chest X-rays",
      "mine",
      "my",
      "a-b",
    ]);
  });

  it("refuses an unknown source, and a seed that is none", async () => {
    await expect(createDataset({ source: "iris" as "blobs", seed: 1 })).rejects.toThrow(
      'source.kind: expected one of synthetic-xrays, blobs, two-spirals, arrays, npz, idx, csv, got "iris"',
    );
    await expect(createDataset({ source: "blobs", seed: Number.NaN })).rejects.toThrow(
      "seed: expected an integer, got NaN",
    );
    await expect(createDataset({ source: "blobs", seed: "1" as unknown as number })).rejects.toThrow(
      'seed: expected an integer, got "1"',
    );
  });

  it.each<[string, object | null]>([
    ["source: expected a name or an object with a kind, got null", null],
    ["source (blobs): expected options among numTrain, numVal, numTest, ", { kind: "blobs", classes: 3 }],
    [', got "seed"', { kind: "two-spirals", seed: 3 }],
    ['got "standardise"', { kind: "csv", file: "t.csv", bytes: new Uint8Array(1), standardise: false }],
    ["source.file: expected a name, got undefined", { kind: "csv", bytes: new Uint8Array(1) }],
    ["source.bytes: expected a Uint8Array, got String", { kind: "csv", file: "t.csv", bytes: "x,y" }],
    [
      "source.bytes: expected a Uint8Array, got ArrayBuffer",
      { kind: "npz", file: "t", bytes: new ArrayBuffer(9) },
    ],
    ["source.bytes: expected a Uint8Array, got undefined", { kind: "npz", file: "t" }],
    ["sampleShape: expected integers >= 1, got undefined", { kind: "arrays", train: { features: [[1]] } }],
    ["train.features: expected some, got none", { kind: "arrays", sampleShape: [1] }],
  ])("refuses what nobody would read or could: %s", async (message, source) => {
    const dataset = createDataset({ source: source as CreateDatasetOptions["source"], seed: 1 });
    await expect(dataset).rejects.toMatchObject({ name: "TrainerError", code: "invalid_option" });
    await expect(dataset).rejects.toThrow(message);
  });
});

describe("datasetFromArrays", () => {
  it("splits one part by the seed, class by class", () => {
    const dataset = datasetFromArrays(arrays());
    expect(dataset).toMatchObject({
      name: "arrays",
      synthetic: false,
      classNames: ["class 0", "class 1"],
      task: "classification",
    });
    const parts = [dataset.train, dataset.val, dataset.test];
    expect(parts.map(({ numSamples }) => numSamples)).toEqual([28, 4, 8]);
    const all = parts.flatMap((samples) => [...valuesOf(samples).filter((_, i) => i % 2 === 0)]);
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    for (const samples of parts) {
      for (let i = 0; i < samples.numSamples; i += 1)
        expect(samples.labels[i]).toBe((valuesOf(samples)[2 * i] as number) % 2);
    }
  });

  it("takes parts that are given as they are, without a copy", () => {
    const part = (count: number) => ({ features: new Uint8Array(count * 4), labels: new Uint8Array(count) });
    const [train, val, test] = [part(3), part(1), part(2)];
    const dataset = datasetFromArrays({
      ...arrays({ sampleShape: [2, 2, 1], classNames: ["a", "b"] }),
      train,
      val,
      test,
    });
    expect(dataset.train.features).toBe(train.features);
    expect(dataset.test.labels).toBe(test.labels);
    const drawn = datasetFromArrays(arrays({ val: { features: rows(5), labels: labels(5) } }));
    expect([drawn.train.numSamples, drawn.val.numSamples, drawn.test.numSamples]).toEqual([32, 5, 8]);
  });

  it("takes several labels a sample, and numbers to predict", () => {
    const regression = datasetFromArrays(arrays({ train: { features: rows(40), targets: rows(40) } }));
    expect(regression.task).toBe("regression");
    expect(regression.train.targets).toEqual(valuesOf(regression.train));
    expect(regression.classNames).toHaveLength(2);
    const single = datasetFromArrays(
      arrays({ train: { features: new Float32Array(80), targets: new Float32Array(40) } }),
    );
    expect(single.train.targets).toHaveLength(28);
    const targets = Array.from({ length: 40 }, (_, i) => [i % 2, 1, 0]);
    const several = datasetFromArrays(
      arrays({ task: "multi-label", train: { features: rows(40), targets } }),
    );
    expect(several.val.targets).toHaveLength(12);
  });

  it.each<[string, Partial<DatasetFromArraysOptions>, string]>([
    ["a shape of nothing", { sampleShape: [] }, "sampleShape: expected integers >= 1, got []"],
    ["a shape of halves", { sampleShape: [0.5] }, "sampleShape: expected integers >= 1, got [0.5]"],
    [
      "half a sample",
      { train: { features: new Float32Array(7), labels: labels(3) } },
      "train.features: expected whole samples of 2 values, at least one, got 7 values",
    ],
    [
      "no sample",
      { train: { features: [], labels: [] } },
      "train.features: expected whole samples of 2 values, at least one, got 0 values",
    ],
    [
      "a ragged row",
      { train: { features: [[1, 2], [3]], labels: [0, 1] } },
      "train.features: expected 2 values in each row, got 1 in row 1",
    ],
    [
      "a value that is none",
      {
        train: {
          features: [
            [1, 2],
            [3, Number.NaN],
          ],
          labels: [0, 1],
        },
      },
      "train.features: expected finite float32 numbers, got NaN in row 1, column 1",
    ],
    [
      "a value out of range",
      { train: { features: [[1e39, 2]], labels: [0] } },
      "got Infinity in row 0, column 0",
    ],
    [
      "no labels",
      { train: { features: rows(4) } },
      "train.labels: expected 4, one for each sample, got none",
    ],
    [
      "fewer labels",
      { train: { features: rows(4), labels: [0] } },
      "train.labels: expected 4, one for each sample, got 1",
    ],
    [
      "a class without a name",
      { classNames: ["a"] },
      "train.labels: expected integers in [0, 0], got 1 at index 1",
    ],
    [
      "half a class",
      { train: { features: rows(2), labels: [0, 0.5] } },
      "train.labels: expected integers in [0, 1], got 0.5 at index 1",
    ],
    [
      "too many classes",
      { train: { features: rows(2), labels: [0, 256] } },
      "train.labels: expected integers in [0, 255], got 256 at index 1",
    ],
    [
      "a class that training has not",
      { test: { features: rows(3), labels: [0, 1, 2] } },
      "test.labels: expected integers in [0, 1], got 2 at index 2",
    ],
    [
      "targets for classes",
      { task: "classification", train: { features: rows(2), targets: rows(2) } },
      "train.targets: expected none for classification, got some",
    ],
    ["no targets", { task: "regression" }, "train.targets: expected some for regression, got none"],
    [
      "fewer targets",
      { train: { features: rows(3), targets: rows(2) } },
      "train.targets: expected 3 x 2 values, got 4",
    ],
    [
      "half a label",
      { task: "multi-label", train: { features: rows(1), targets: [[0, 0.5]] } },
      "train.targets: expected 0 or 1, got 0.5 at index 1",
    ],
    [
      "no share for a part",
      { testShare: 0 },
      "testShare: expected a share above 0, since test is not given, got none",
    ],
  ])("refuses %s by name", (_what, change, message) => {
    expect(() => datasetFromArrays(arrays(change))).toThrow(message);
    expect(() => datasetFromArrays(arrays(change))).toThrow(
      expect.objectContaining({ name: "TrainerError" }),
    );
  });
});
