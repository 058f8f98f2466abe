// Files that somebody made to break, mislead or exhaust whoever opens them: each is refused in one sentence, and
// nothing else happens. What single formats make of damage anywhere in them is tested beside each of them.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TrainerError } from "../errors.js";
import { png } from "./images/testing-images.js";
import { openDataset } from "./open-dataset.js";
import { type NpyFixture, npy, npz, smallArrays } from "./testing-npz.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-hostile-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const text = (content: string) => new TextEncoder().encode(content);

/** A MedMNIST file with one array changed. */
const withArray = (name: string, change: Partial<NpyFixture>) => {
  const arrays = smallArrays();
  return npz({ ...arrays, [name]: { ...(arrays[name] as NpyFixture), ...change } });
};
const without = (name: string) =>
  npz(Object.fromEntries(Object.entries(smallArrays()).filter(([key]) => key !== name)));
const changed = (bytes: Uint8Array, at: number, value: number) => {
  const copy = bytes.slice();
  copy[at < 0 ? copy.length + at : at] = value;
  return copy;
};
const idx = (header: readonly number[], content: ArrayLike<number>) =>
  Uint8Array.from([...header, ...Array.from(content)]);
const uint32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const idxFolder = (change: Record<string, Uint8Array>) => ({
  "train-images-idx3-ubyte": idx([0, 0, 8, 3, ...uint32(10), ...uint32(2), ...uint32(2)], new Uint8Array(40)),
  "train-labels-idx1-ubyte": idx([0, 0, 8, 1, ...uint32(10)], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]),
  "t10k-images-idx3-ubyte": idx([0, 0, 8, 3, ...uint32(2), ...uint32(2), ...uint32(2)], new Uint8Array(8)),
  "t10k-labels-idx1-ubyte": idx([0, 0, 8, 1, ...uint32(2)], [0, 1]),
  ...change,
});
const image = png({ width: 2, height: 2, colourType: 0, values: [1, 2, 3, 4] });
const imageFolder = (change: Record<string, Uint8Array>) => {
  const files: Record<string, Uint8Array> = {};
  for (const name of ["a", "b"]) for (let i = 0; i < 10; i++) files[`${name}/${i}.png`] = image;
  return { ...files, ...change };
};
const rows = (line: (row: number) => string, count = 30) =>
  text(`x,y,label\n${Array.from({ length: count }, (_, row) => line(row)).join("\n")}\n`);

const files: Readonly<Record<string, Uint8Array>> = {
  "empty.npz": new Uint8Array(),
  "text.npz": text("this is no archive"),
  "magic-only.npz": Uint8Array.of(0x50, 0x4b, 3, 4),
  "end-only.npz": Uint8Array.from([0x50, 0x4b, 5, 6, ...new Array(18).fill(0)]),
  "cut.npz": npz(smallArrays()).subarray(0, 300),
  "no-labels.npz": without("train_labels"),
  "no-images.npz": without("test_images"),
  "other-arrays.npz": npz({ weights: { shape: [4] } }),
  "no-samples.npz": withArray("train_images", { shape: [0, 5, 6], data: new Uint8Array() }),
  "fewer-labels.npz": withArray("train_labels", { shape: [3, 1], data: Uint8Array.of(0, 1, 0) }),
  "more-labels.npz": withArray("train_labels", { shape: [5, 1], data: Uint8Array.of(0, 1, 0, 1, 0) }),
  "sizes-differ.npz": withArray("val_images", { shape: [2, 6, 5] }),
  "float-images.npz": withArray("train_images", { descr: "<f8", data: new Uint8Array(4 * 30 * 8) }),
  "object-array.npz": withArray("train_labels", { descr: "|O" }),
  "pickle.npz": withArray("train_labels", { header: "cos\nsystem\n(S'id'\ntR." }),
  "fortran.npz": withArray("train_images", { order: "True" }),
  "negative-shape.npz": withArray("train_images", { shape: [-4, 5, 6], data: new Uint8Array(120) }),
  "huge-shape.npz": withArray("train_images", { shape: [4_000_000_000, 5, 6], data: new Uint8Array(120) }),
  "shape-overflow.npz": withArray("train_images", {
    shape: [2 ** 31, 2 ** 31, 2],
    data: new Uint8Array(120),
  }),
  "short-data.npz": withArray("train_images", { data: new Uint8Array(7) }),
  "long-data.npz": withArray("train_images", { data: new Uint8Array(1_000) }),
  "five-axes.npz": withArray("train_images", { shape: [4, 5, 6, 1, 1], data: new Uint8Array(120) }),
  "no-header.npz": zipSync({
    ...Object.fromEntries(Object.entries(smallArrays()).map(([name, array]) => [`${name}.npy`, npy(array)])),
    "train_images.npy": text("\x93NUMPY"),
  }),
  "version-9.npz": withArray("train_images", { version: 9 }),
  "bomb.npz": npz({
    ...smallArrays(),
    train_images: { shape: [4, 5, 6], data: new Uint8Array(64 * 2 ** 20) },
  }),
  "climbing.npz": zipSync({ "../../train_images.npy": npy({ shape: [4, 5, 6] }) }),
  "absolute.npz": zipSync({ "/etc/train_images.npy": npy({ shape: [4, 5, 6] }) }),
  "flipped-crc.npz": changed(npz(smallArrays(), { level: 0 }), 200, 0xff),
  "directory-elsewhere.npz": changed(npz(smallArrays()), -6, 0xff),
  "count-lies.npz": changed(npz(smallArrays()), -12, 0xff),

  "empty.csv": new Uint8Array(),
  "header-only.csv": text("x,y,label\n"),
  "one-row.csv": text("x,y,label\n1,2,a\n"),
  "ragged.csv": rows((row) => (row === 7 ? "1,2" : `${row},2,${row % 2}`)),
  "too-wide.csv": rows((row) => (row === 7 ? "1,2,3,4" : `${row},2,${row % 2}`)),
  "open-quote.csv": rows((row) => (row === 7 ? '"1,2,0' : `${row},2,${row % 2}`)),
  "quote-inside.csv": rows((row) => (row === 7 ? '1"1,2,0' : `${row},2,${row % 2}`)),
  "one-class.csv": rows((row) => `${row},2,same`),
  "missing.csv": rows((row) => (row === 7 ? "1,,0" : `${row},2,${row % 2}`)),
  "names-twice.csv": text(`x,x,label\n${"1,2,a\n3,4,b\n".repeat(10)}`),
  "no-features.csv": text(`label\n${"a\nb\n".repeat(10)}`),
  "every-cell-new.csv": rows((row) => `word${row},w${row * 7},${row % 2}`, 300),
  "not-utf8.csv": Uint8Array.from([...text("x,label\n"), 0xff, 0xfe, 0xfd, 0x2c, 0x31]),
  "binary.csv": Uint8Array.from({ length: 4_096 }, (_, i) => (i * 131) % 256),
  "infinite.csv": rows((row) => (row === 7 ? "1e999,2,0" : `${row},2,${row % 2}`)),
};

describe("a file is refused in one sentence that names it", () => {
  it.each(Object.entries(files))("%s", async (name, bytes) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    await expectRefusal(path, name);
  });
});

const folders: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>> = {
  "nothing-inside": { "readme.txt": text("hello") },
  "idx-wrong-magic": idxFolder({
    "train-images-idx3-ubyte": idx(
      [1, 2, 8, 3, ...uint32(10), ...uint32(2), ...uint32(2)],
      new Uint8Array(40),
    ),
  }),
  "idx-wrong-type": idxFolder({
    "train-images-idx3-ubyte": idx(
      [0, 0, 99, 3, ...uint32(10), ...uint32(2), ...uint32(2)],
      new Uint8Array(40),
    ),
  }),
  "idx-cut": idxFolder({
    "train-images-idx3-ubyte": idx(
      [0, 0, 8, 3, ...uint32(10), ...uint32(2), ...uint32(2)],
      new Uint8Array(39),
    ),
  }),
  "idx-too-long": idxFolder({
    "train-images-idx3-ubyte": idx(
      [0, 0, 8, 3, ...uint32(10), ...uint32(2), ...uint32(2)],
      new Uint8Array(41),
    ),
  }),
  "idx-overflow": idxFolder({
    "train-images-idx3-ubyte": idx(
      [0, 0, 8, 3, ...uint32(0xffffffff), ...uint32(0xffffffff), ...uint32(0xffffffff)],
      new Uint8Array(40),
    ),
  }),
  "idx-no-axes": idxFolder({ "train-labels-idx1-ubyte": idx([0, 0, 8, 0], []) }),
  "idx-fewer-labels": idxFolder({
    "train-labels-idx1-ubyte": idx([0, 0, 8, 1, ...uint32(9)], new Uint8Array(9)),
  }),
  "idx-empty-file": idxFolder({ "t10k-labels-idx1-ubyte": new Uint8Array() }),
  "idx-broken-gzip": idxFolder({
    "train-images-idx3-ubyte": new Uint8Array(),
    "train-images-idx3-ubyte.gz": gzipSync(new Uint8Array(99)).subarray(0, 12),
  }),
  "images-one-class": { "a/1.png": image, "a/2.png": image },
  "images-empty-file": imageFolder({ "a/9.png": new Uint8Array() }),
  "images-text": imageFolder({ "a/9.png": text("<svg onload=alert(1)>") }),
  "images-cut": imageFolder({ "a/9.png": image.subarray(0, 40) }),
  "images-bomb": imageFolder({ "a/9.png": changed(changed(image, 16, 0x7f), 20, 0x7f) }),
  "images-flipped": imageFolder({ "b/3.png": changed(image, image.length - 20, 0xaa) }),
};

describe("a folder is refused in one sentence", () => {
  it.each(Object.entries(folders))("%s", async (name, inside) => {
    for (const [file, bytes] of Object.entries(inside)) {
      const path = join(folder, name, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
    await expectRefusal(join(folder, name));
  });

  it("a link out of it is not followed", async () => {
    const outside = join(folder, "outside");
    const inside = join(folder, "linked");
    for (const name of ["a", "b"]) {
      await mkdir(join(inside, name), { recursive: true });
      await mkdir(join(outside, name), { recursive: true });
      await writeFile(join(outside, name, "1.png"), image);
      await symlink(join(outside, name, "1.png"), join(inside, name, "1.png"));
    }
    await expectRefusal(inside);
  });
});

describe("a path is refused in one sentence", () => {
  it.each([
    ["nothing there", "/nowhere/data.npz"],
    ["a NUL", "/tmp/data\0.npz"],
    ["a device without end", "/dev/zero"],
    ["a terminal", "/dev/tty"],
    ["a pseudo file", "/proc/self/mem"],
    ["too long", `/${"x".repeat(5_000)}`],
    ["a part that is a file", "/etc/passwd/data.npz"],
  ])("%s", (_, path) => expectRefusal(path));
});

async function expectRefusal(path: string, name?: string): Promise<void> {
  const error = await openDataset({ source: { path }, seed: 1 }).then(
    (dataset) => new Error(`it was read: ${dataset.train.numSamples} samples of ${dataset.classNames}`),
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(TrainerError);
  const { message } = error as TrainerError;
  expect(message).toMatch(/^.{10,1000}$/);
  if (name) expect(message).toContain(name);
}
