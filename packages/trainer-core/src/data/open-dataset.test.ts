import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countLabels } from "./dataset.js";
import { jpeg } from "./images/testing-images.js";
import { openDataset } from "./open-dataset.js";
import { npz, smallArrays } from "./testing-npz.js";
import { valuesOf } from "./testing-samples.js";

const data = process.env.FEDLOOM_DATA ?? join(import.meta.dirname, "../../../../../shared/data");
const realFile = join(data, "pneumoniamnist", "pneumoniamnist.npz");

describe("openDataset", () => {
  let folder: string;
  const file = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fedloom-data-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("reads the real PneumoniaMNIST: sizes, classes, mean and deviation as published", async () => {
    const dataset = await openDataset({ source: realFile, seed: 1 });
    expect(dataset).toMatchObject({
      name: "pneumoniamnist",
      synthetic: false,
      sampleShape: [28, 28, 1],
      classNames: ["normal", "pneumonia"],
    });
    const counts = (["train", "val", "test"] as const).map((split) => countLabels(dataset[split].labels, 2));
    expect(counts).toEqual([
      [1214, 3494],
      [135, 389],
      [234, 390],
    ]);
    expect(dataset.train.features).toBeInstanceOf(Uint8Array);
    const values = Float64Array.from(valuesOf(dataset.train), (byte) => byte / 255);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.5719, 4);
    expect(Math.sqrt(variance)).toBeCloseTo(0.1684, 4);
  });

  it("refuses copies of the real file that are cut or damaged, by name", async () => {
    const bytes = await readFile(realFile);
    for (const length of [2, 1000, 2_000_000, bytes.length - 1]) {
      const source = await file("cut.npz", bytes.subarray(0, length));
      await expect(openDataset({ source, seed: 1 })).rejects.toThrow(/^cut\.npz: expected a ZIP archive/);
    }
    const flipped = Uint8Array.from(bytes);
    flipped[1_000_000]! ^= 1;
    await expect(openDataset({ source: await file("flipped.npz", flipped), seed: 1 })).rejects.toThrow(
      /^flipped\.npz: train_images\.npy: expected (CRC-32|deflated data)/,
    );
  });

  it("makes synthetic sets, and says so", async () => {
    for (const source of [
      undefined,
      "synthetic-xrays",
      { kind: "blobs", numClasses: 4 },
      "two-spirals",
    ] as const) {
      const dataset = await openDataset({ source, seed: 1 });
      expect(dataset.synthetic).toBe(true);
      expect(dataset.title).toContain("synthetic");
    }
    await expect(openDataset({ seed: 0.5 })).rejects.toThrow("seed: expected an integer, got 0.5");
  });

  it("finds by itself what a path leads to", async () => {
    const table = await openDataset({
      source: join(data, "breast-cancer-wisconsin", "breast_cancer.csv"),
      seed: 1,
    });
    expect(table).toMatchObject({ name: "breast_cancer", classNames: ["malignant", "benign"] });
    const unnamed = await openDataset({ source: await file("archive.bin", npz(smallArrays())), seed: 1 });
    expect(unnamed.sampleShape).toEqual([5, 6, 1]);
    const digits = await openDataset({ source: { path: join(data, "mnist") }, seed: 1 });
    expect(digits).toMatchObject({ name: "mnist", sampleShape: [28, 28, 1] });
    for (const path of ["images/a/1.jpg", "images/a/2.jpg", "images/b/1.jpg", "images/b/2.jpg"]) {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await file(path, jpeg(1, 1, [[3]]));
    }
    const source = {
      path: join(folder, "images"),
      kind: "images",
      size: 4,
      valShare: 0.25,
      testShare: 0.25,
    } as const;
    expect(await openDataset({ source, seed: 1 })).toMatchObject({ name: "images", sampleShape: [4, 4, 1] });
  });

  it("names a data set after its file", async () => {
    const dataset = await openDataset({ source: await file("My X-rays.NPZ", npz(smallArrays())), seed: 1 });
    expect(dataset.name).toBe("my-x-rays");
  });

  it("takes a kind that is said, and its options", async () => {
    const path = await file(
      "table.bin",
      `x;y\n${Array.from({ length: 30 }, (_, i) => `${i};${i / 2}`).join("\n")}`,
    );
    const dataset = await openDataset({
      source: { path, kind: "csv", task: "regression", name: "lines" },
      seed: 1,
    });
    expect(dataset).toMatchObject({ name: "lines", task: "regression", sampleShape: [1] });
    await expect(openDataset({ source: { path, kind: "npz" }, seed: 1 })).rejects.toThrow(
      "table.bin: expected a ZIP archive",
    );
    await expect(openDataset({ source: { path, kind: "csv", maxBytes: 9 }, seed: 1 })).rejects.toThrow(
      "more than 9",
    );
    await expect(openDataset({ source: { path, kind: "hdf5" as "csv" }, seed: 1 })).rejects.toThrow(
      'source.kind: expected one of npz, idx, csv, images for a path, got "hdf5"',
    );
  });

  it("heeds options of a path whose kind is found, and refuses those that kind has not", async () => {
    const path = await file("small.npz", npz(smallArrays()));
    const named = { path, name: "mine" } as { path: string };
    expect((await openDataset({ source: named, seed: 1 })).name).toBe("mine");
    const sized = { path, size: 28 } as { path: string };
    await expect(openDataset({ source: sized, seed: 1 })).rejects.toThrow(
      'source (npz): expected options among name, maxBytes, cacheFolder, got "size"',
    );
  });

  it("says why a file cannot be read", async () => {
    await expect(openDataset({ source: "synthetic-xray", seed: 1 })).rejects.toThrow(
      'source: expected a path or one of synthetic-xrays, blobs, two-spirals, got "synthetic-xray": no such file',
    );
    const missing = join(folder, "missing.npz");
    await expect(openDataset({ source: missing, seed: 1 })).rejects.toMatchObject({
      code: "unreadable_data",
      message: `data file ${missing}: expected a readable file, got no such file`,
    });
    await expect(openDataset({ source: { path: folder, kind: "npz" }, seed: 1 })).rejects.toThrow(
      "expected a readable file, got a directory",
    );
    const empty = await file("empty.npz", "");
    await expect(openDataset({ source: empty, seed: 1 })).rejects.toThrow("got an empty file");
    const nothing = join(folder, "nothing");
    await mkdir(nothing);
    await expect(openDataset({ source: nothing, seed: 1 })).rejects.toThrow(
      /folders of classes, got an empty folder$/,
    );
    await writeFile(join(nothing, "a.png"), "x");
    await expect(openDataset({ source: nothing, seed: 1 })).rejects.toThrow(
      /folders of classes, got "a\.png"$/,
    );
    const loop = join(folder, "loop.npz");
    await symlink(loop, loop);
    await expect(openDataset({ source: loop, seed: 1 })).rejects.toThrow("got a loop of links");
    const one = join(data, "mnist", "t10k-labels-idx1-ubyte.gz");
    await expect(openDataset({ source: one, seed: 1 })).rejects.toThrow(
      "got one IDX file: name the folder of all four",
    );
  });

  it.skipIf(process.platform === "win32")("does not wait for a pipe that nobody writes to", async () => {
    const pipe = join(folder, "pipe.npz");
    execFileSync("mkfifo", [pipe]);
    await expect(openDataset({ source: pipe, seed: 1 })).rejects.toThrow("got no regular file");
    await expect(openDataset({ source: { path: pipe, kind: "npz" }, seed: 1 })).rejects.toThrow(
      "got no regular file",
    );
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "says that a file is not permitted",
    async () => {
      const path = await file("secret.npz", "x");
      await chmod(path, 0);
      await expect(openDataset({ source: path, seed: 1 })).rejects.toThrow("got no permission to read it");
    },
  );

  describe("folders of IDX files", () => {
    it("reads the real MNIST, and keeps a tenth of each class for validation", async () => {
      const dataset = await openDataset({ source: join(data, "mnist"), seed: 1 });
      expect(dataset.classNames).toEqual([..."0123456789"]);
      const counts = (["train", "val", "test"] as const).map((part) => countLabels(dataset[part].labels, 10));
      const published = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
      expect(counts[0]?.map((count, label) => count + (counts[1]?.[label] as number))).toEqual(published);
      expect(dataset.val.numSamples).toBe(6000);
      for (const [label, count] of published.entries())
        expect(Math.abs((counts[1]?.[label] as number) - count / 10)).toBeLessThan(1.5);
      expect(counts[2]).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
      const all = [dataset.train, dataset.val].map(valuesOf);
      const sum = all.reduce((total, values) => total + (values as Uint8Array).reduce((a, b) => a + b, 0), 0);
      expect(sum / (60_000 * 784) / 255).toBeCloseTo(0.1307, 4);
    });

    it("names what is missing, and which sets there are", async () => {
      const part = join(folder, "part");
      await mkdir(part);
      for (const name of ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]) {
        await cp(join(data, "mnist", name), join(part, name));
      }
      await expect(openDataset({ source: part, seed: 1 })).rejects.toThrow(
        /expected a file of train images, such as train-images-idx3-ubyte\.gz, got "t10k-images-idx3-ubyte\.gz, t10k/,
      );
      await writeFile(join(part, "emnist-letters-train-images-idx3-ubyte"), "x");
      await expect(openDataset({ source: part, seed: 1 })).rejects.toThrow(
        /^name: expected one of the sets in .* \(emnist-letters, no name\), got none/,
      );
    });
  });
});
