import { cp, mkdir, mkdtemp, readdir, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countLabels, type Dataset, type Samples } from "../dataset.js";
import type { OpenFeatureFile } from "../files/feature-file.js";
import { valuesOf } from "../testing-samples.js";
import type { ImageFolderOptions } from "./image-folder-options.js";
import { openImageFolder } from "./open-image-folder.js";
import { jpeg, png } from "./testing-images.js";

/** A grey image of one value, so that a sample tells which file it is from. */
const image = (value: number): Uint8Array =>
  value % 2 === 0
    ? png({ width: 8, height: 8, colourType: 0, values: new Array(64).fill(value) })
    : jpeg(1, 1, [[value]]);

const open = (folder: string, options: ImageFolderOptions & { seed?: number } = {}) =>
  openImageFolder(folder, { seed: 1, size: 4, ...options });

const firstValues = (samples: Samples): number[] =>
  Array.from(valuesOf(samples)).filter((_, i) => i % 16 === 0);
const all = (dataset: Dataset) => [dataset.train, dataset.val, dataset.test];

describe("openImageFolder", () => {
  let root: string;
  let numFolders = 0;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "fedloom-images-test-"));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  /** Makes a folder with these files. */
  const folderOf = async (files: Readonly<Record<string, Uint8Array | string>>): Promise<string> => {
    numFolders += 1;
    const folder = join(root, `set-${numFolders}`);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return folder;
  };
  /** The layout of Kaggle's chest X-rays. */
  const kaggle = (): Record<string, Uint8Array | string> => ({
    "train/NORMAL/b.jpeg": image(11),
    "train/NORMAL/a.png": image(10),
    "train/PNEUMONIA/person1_virus_1.jpeg": image(23),
    "train/PNEUMONIA/person10_virus_1.jpeg": image(21),
    "train/PNEUMONIA/person2_virus_1.jpg": image(25),
    "val/NORMAL/c.png": image(12),
    "val/PNEUMONIA/d.png": image(22),
    "test/NORMAL/e.png": image(14),
    "test/PNEUMONIA/f.png": image(24),
    "test/PNEUMONIA/.DS_Store": "litter",
    ".DS_Store": "litter",
    "README.txt": "not an image",
  });
  /** Two classes of forty images, without parts. */
  const flat = (): Record<string, Uint8Array> =>
    Object.fromEntries(
      Array.from({ length: 80 }, (_, i) => [
        `${i % 2 ? "sick" : "well"}/p${Math.floor(i / 8)}_${i}.png`,
        image(2 * i),
      ]),
    );

  it("reads train, val and test folders of classes, in the order of code units", async () => {
    const dataset = await open(await folderOf(kaggle()), { name: "chests" });
    expect(dataset).toMatchObject({
      name: "chests",
      synthetic: false,
      sampleShape: [4, 4, 1],
      classNames: ["NORMAL", "PNEUMONIA"],
    });
    expect(dataset.warnings).toBeUndefined();
    expect(all(dataset).map(firstValues)).toEqual([
      [10, 11, 21, 23, 25],
      [12, 22],
      [14, 24],
    ]);
    expect(all(dataset).map(({ labels }) => [...labels])).toEqual([
      [0, 0, 1, 1, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(valuesOf(dataset.train).subarray(0, 32)).toEqual(
      Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? 10 : 11)),
    );
  });

  it("splits classes without parts by the seed, and keeps groups together", async () => {
    const folder = await folderOf(flat());
    const dataset = await open(folder);
    expect(all(dataset).map(({ labels }) => countLabels(labels, 2))).toEqual([
      [28, 28],
      [4, 4],
      [8, 8],
    ]);
    expect(new Set(all(dataset).flatMap(firstValues)).size).toBe(80);
    expect(firstValues((await open(folder)).test)).toEqual(firstValues(dataset.test));
    expect(firstValues((await open(folder, { seed: 2 })).test)).not.toEqual(firstValues(dataset.test));
    const grouped = await open(folder, { group: "p\\d+" });
    const patients = all(grouped).map(
      (samples) =>
        new Set(firstValues(samples).map((value) => Math.floor(value / 16) * 2 + ((value / 2) % 2))),
    );
    expect(patients.reduce((sum, set) => sum + set.size, 0)).toBe(20);
    expect(new Set(patients.flatMap((set) => [...set])).size).toBe(20);
  });

  it("draws the validation part from training where told to", async () => {
    const files = Object.fromEntries(
      Object.entries(flat()).map(([path, content]) => [`train/${path}`, content]),
    );
    const folder = await folderOf({
      ...files,
      ...{ "val/well/v.png": image(200), "test/sick/t.png": image(202) },
    });
    const given = await open(folder);
    expect([given.train.numSamples, given.val.numSamples, given.test.numSamples]).toEqual([80, 1, 1]);
    const drawn = await open(folder, { valFrom: "train" });
    expect([drawn.train.numSamples, drawn.val.numSamples, drawn.test.numSamples]).toEqual([73, 8, 1]);
  });

  it("reads colour", async () => {
    const red = png({ width: 2, height: 2, colourType: 2, values: [9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7] });
    const files = { "train/a/1.png": red, "train/b/1.png": red, "val/a/1.png": red, "test/a/1.png": red };
    const dataset = await open(await folderOf(files), { channels: 3, size: [1, 2] });
    expect(dataset.sampleShape).toEqual([1, 2, 3]);
    expect([...valuesOf(dataset.train)]).toEqual([9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7]);
  });

  it("names the first bad file, or leaves such files out and says which", async () => {
    const folder = await folderOf({
      ...kaggle(),
      "train/NORMAL/aa.jpeg": jpeg(1, 1, [[9]]).slice(0, -2),
      "train/NORMAL/notes.txt": "hello",
      "train/PNEUMONIA/empty.png": "",
      "train/PNEUMONIA/folder/x.png": image(2),
    });
    await expect(open(folder)).rejects.toMatchObject({
      code: "invalid_data",
      message: expect.stringMatching(/^train\/NORMAL\/aa\.jpeg: expected a JPEG/),
    });
    const dataset = await open(folder, { onBadFile: "skip" });
    expect(all(dataset).map(firstValues)).toEqual([
      [10, 11, 21, 23, 25],
      [12, 22],
      [14, 24],
    ]);
    expect([...dataset.train.labels]).toEqual([0, 0, 1, 1, 1]);
    expect(dataset.warnings).toHaveLength(4);
    expect(dataset.warnings?.[1]).toBe(
      "left out: train/NORMAL/notes.txt: expected a JPEG or PNG image, got something else (5 bytes)",
    );
    expect(dataset.warnings?.[2]).toContain("empty.png: expected a readable file, got an empty file");
    expect(dataset.warnings?.[3]).toBe(
      "left out: train/PNEUMONIA/folder: expected an image file, got a folder",
    );
  });

  it("follows links inside of the folder, and refuses those that lead out", async () => {
    const folder = await folderOf(kaggle());
    await symlink("a.png", join(folder, "train/NORMAL/link.png"));
    expect(firstValues((await open(folder)).train)).toEqual([10, 11, 10, 21, 23, 25]);
    const secret = join(root, "secret.png");
    await writeFile(secret, image(2));
    await symlink(secret, join(folder, "train/NORMAL/out.png"));
    await expect(open(folder)).rejects.toThrow(
      "train/NORMAL/out.png: expected files inside of the folder, got a link that leads out of it",
    );
    const beside = await folderOf(kaggle());
    await symlink(folder, join(beside, "train/OTHER"));
    await expect(open(beside, { onBadFile: "skip" })).rejects.toThrow(
      "train/OTHER: expected files inside of the folder",
    );
    const loop = await folderOf(kaggle());
    await symlink("loop.png", join(loop, "test/NORMAL/loop.png"));
    await expect(open(loop)).rejects.toThrow("got a loop of links");
  });

  it.each<[string, Record<string, Uint8Array | string>, string]>([
    ["no classes", { "a.png": "x" }, "expected a folder of images for each class, got no folder at all"],
    ["one class", { "a/1.png": "x", "a/2.png": "x" }, "expected 2 to 256 folders of classes, got 1 (a …)"],
    ["empty classes", { "a/.keep": "", "b/.keep": "" }, "got empty folders (a, b)"],
    [
      "a class that training has not",
      { ...kaggle(), "test/COVID/x.png": "x" },
      'test/COVID/x.png: expected a class that train has (NORMAL, PNEUMONIA), got "COVID"',
    ],
    [
      "two validation parts",
      { ...kaggle(), "valid/NORMAL/x.png": "x" },
      "expected one folder for val, got val, valid",
    ],
    ["too few images", { "a/1.png": "x", "b/1.png": "x" }, "expected enough to split them"],
    [
      "a bomb",
      {
        ...kaggle(),
        "train/NORMAL/big.png": png({
          width: 9000,
          height: 1,
          colourType: 0,
          values: new Array(9000).fill(0),
        }),
      },
      "train/NORMAL/big.png: expected at most 8000 pixels, got 9000x1",
    ],
  ])("refuses %s", async (_what, files, message) => {
    await expect(open(await folderOf(files), { maxPixels: 8000 })).rejects.toThrow(message);
  });

  it("refuses options that cannot be", async () => {
    const folder = await folderOf(kaggle());
    await expect(open(folder, { size: 0 })).rejects.toThrow("size: expected integers in [1, 4096], got 0");
    await expect(open(folder, { channels: 2 as 3 })).rejects.toThrow("channels: expected 1 or 3, got 2");
    await expect(open(await folderOf(flat()), { group: "(" })).rejects.toThrow(
      "group: expected a regular expression, got (",
    );
    await expect(open(join(root, "missing"))).rejects.toMatchObject({ code: "unreadable_data" });
  });

  describe("what does not fit memory", () => {
    const readRows = ({ features, numSamples }: Samples): number[] => {
      const file = features as OpenFeatureFile;
      const row = new Uint8Array(file.rowBytes);
      return Array.from({ length: numSamples }, (_, i) => {
        file.read(i, row);
        expect(row.every((value) => value === row[0])).toBe(true);
        return row[0] as number;
      });
    };
    const close = (dataset: Dataset) => {
      for (const { features } of all(dataset)) (features as OpenFeatureFile)[Symbol.dispose]();
    };

    it("lies in files, packed once and used again", async () => {
      const folder = await folderOf({ ...kaggle(), "train/NORMAL/bad.png": "x" });
      const cacheFolder = join(root, "cache");
      const done: number[] = [];
      const options = { maxBytes: 100, cacheFolder, onBadFile: "skip" as const };
      const onProgress = (progress: { done: number }) => done.push(progress.done);
      const dataset = await open(folder, { ...options, onProgress });
      expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(all(dataset).map(readRows)).toEqual([
        [10, 11, 21, 23, 25],
        [12, 22],
        [14, 24],
      ]);
      expect(dataset.train.features).toMatchObject({ rowBytes: 16, numRows: 5 });
      expect(dataset.warnings).toHaveLength(1);
      close(dataset);

      const again = await open(folder, { ...options, onProgress });
      expect(done).toHaveLength(10);
      expect(all(again).map(readRows)).toEqual([
        [10, 11, 21, 23, 25],
        [12, 22],
        [14, 24],
      ]);
      expect([...again.train.labels]).toEqual([0, 0, 1, 1, 1]);
      expect(again.warnings).toEqual(dataset.warnings);
      close(again);
      const inMemory = await open(folder, { ...options, maxBytes: 1e6, onProgress });
      expect(done).toHaveLength(10);
      expect(all(inMemory).map(firstValues)).toEqual([
        [10, 11, 21, 23, 25],
        [12, 22],
        [14, 24],
      ]);
      expect(await readdir(cacheFolder)).toHaveLength(1);
    });

    it("is packed again when a file changes, or what was packed is damaged", async () => {
      const folder = await folderOf(kaggle());
      const cacheFolder = join(root, "cache-2");
      const options = { maxBytes: 100, cacheFolder };
      close(await open(folder, options));
      await writeFile(join(folder, "train/NORMAL/a.png"), image(16));
      await utimes(join(folder, "train/NORMAL/a.png"), 1, 1);
      const changed = await open(folder, options);
      expect(readRows(changed.train)).toEqual([16, 11, 21, 23, 25]);
      close(changed);
      const keys = await readdir(cacheFolder);
      expect(keys).toHaveLength(2);
      for (const key of keys) await truncate(join(cacheFolder, key, "train.bytes"), 20);
      const mended = await open(folder, options);
      expect(readRows(mended.train)).toEqual([16, 11, 21, 23, 25]);
      close(mended);
    });

    it("leaves nothing behind when it fails", async () => {
      const folder = await folderOf({ ...kaggle(), "test/NORMAL/zz.png": "x" });
      const cacheFolder = join(root, "cache-3");
      await expect(open(folder, { maxBytes: 100, cacheFolder })).rejects.toThrow(
        "test/NORMAL/zz.png: expected a JPEG",
      );
      expect(await readdir(cacheFolder)).toEqual([]);
      const file = join(root, "file");
      await writeFile(file, "x");
      await expect(open(folder, { maxBytes: 100, cacheFolder: file })).rejects.toMatchObject({
        code: "unreadable_data",
      });
    });

    it("may be packed by two at the same time", async () => {
      const folder = await folderOf(kaggle());
      const copy = join(root, "copy");
      await cp(folder, copy, { recursive: true });
      const options = { maxBytes: 100, cacheFolder: join(root, "cache-4") };
      const opened = await Promise.all([open(folder, options), open(folder, options), open(copy, options)]);
      for (const dataset of opened) {
        expect(all(dataset).map(readRows)).toEqual([
          [10, 11, 21, 23, 25],
          [12, 22],
          [14, 24],
        ]);
        close(dataset);
      }
      expect(await readdir(options.cacheFolder)).toHaveLength(2);
    });
  });
});
