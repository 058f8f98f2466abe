import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countLabels } from "./dataset.js";
import { openDataset } from "./open-dataset.js";
import { npz, smallArrays } from "./testing-npz.js";

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
    const dataset = await openDataset({ path: realFile, seed: 1 });
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
    const { features } = dataset.train;
    const mean = features.reduce((sum, value) => sum + value, 0) / features.length;
    const variance = features.reduce((sum, value) => sum + (value - mean) ** 2, 0) / features.length;
    expect(mean).toBeCloseTo(0.5719, 4);
    expect(Math.sqrt(variance)).toBeCloseTo(0.1684, 4);
  });

  it("refuses copies of the real file that are cut or damaged, by name", async () => {
    const bytes = await readFile(realFile);
    for (const length of [1, 1000, 2_000_000, bytes.length - 1]) {
      const path = await file("cut.npz", bytes.subarray(0, length));
      await expect(openDataset({ path, seed: 1 })).rejects.toThrow(/^cut\.npz: expected a ZIP archive/);
    }
    const flipped = Uint8Array.from(bytes);
    flipped[1_000_000]! ^= 1;
    await expect(openDataset({ path: await file("flipped.npz", flipped), seed: 1 })).rejects.toThrow(
      /^flipped\.npz: train_images\.npy: expected (CRC-32|deflated data)/,
    );
  });

  it("makes the synthetic set when there is no path, and says so", async () => {
    const dataset = await openDataset({ seed: 1 });
    expect(dataset.synthetic).toBe(true);
    expect(dataset.title).toContain("synthetic");
  });

  it("names a data set after its file", async () => {
    const dataset = await openDataset({ path: await file("My X-rays.NPZ", npz(smallArrays())), seed: 1 });
    expect(dataset.name).toBe("my-x-rays");
  });

  it("says why a file cannot be read", async () => {
    const missing = join(folder, "missing.npz");
    await expect(openDataset({ path: missing, seed: 1 })).rejects.toMatchObject({
      code: "unreadable_data",
      message: `data file ${missing}: expected a readable file, got no such file`,
    });
    await expect(openDataset({ path: folder, seed: 1 })).rejects.toThrow(
      "expected a readable file, got a directory",
    );
    const empty = await file("empty.npz", "");
    await expect(openDataset({ path: empty, seed: 1 })).rejects.toThrow("got an empty file");
    const text = await file("table.csv", "id,label\n1,0\n");
    await expect(openDataset({ path: text, seed: 1 })).rejects.toThrow(
      "table.csv: expected a ZIP archive (.npz)",
    );
    const loop = join(folder, "loop.npz");
    await symlink(loop, loop);
    await expect(openDataset({ path: loop, seed: 1 })).rejects.toThrow("got a loop of links");
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "says that a file is not permitted",
    async () => {
      const path = await file("secret.npz", "x");
      await chmod(path, 0);
      await expect(openDataset({ path, seed: 1 })).rejects.toThrow("got no permission to read it");
    },
  );
});
