import { mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SpillFile } from "./spill-file.js";

const options = { maxBytes: 10_000 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-spill-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const records = (...texts: string[]) => texts.map((text) => Buffer.from(text));
const texts = ({ records: read }: { records: readonly Buffer[] }) => read.map(String);

/** The one file in the folder, as if a server that is gone had left it. */
async function leftBehind(...lines: string[]): Promise<string> {
  const file = await SpillFile.create(folder, 1, options);
  await file.append(records(...lines));
  await file.close();
  return join(folder, (await readdir(folder))[0] as string);
}

async function takeOver(): Promise<{ texts: string[]; numDamaged: number }> {
  const [file] = await SpillFile.takeOver(folder, options);
  const page = await file?.read(10_000);
  await file?.close();
  return { texts: page ? texts(page) : [], numDamaged: page?.numDamaged ?? 0 };
}

describe("SpillFile", () => {
  it("gives records back in order, page by page, and is empty when all are released", async () => {
    const file = await SpillFile.create(folder, 1, options);
    expect(await file.append(records("one", "two"))).toBe(2);
    await Promise.all([file.append(records("three")), file.append(records("four"))]);
    const first = await file.read(20);
    expect(texts(first)).toEqual(["one"]);
    expect(texts(await file.read(20))).toEqual(["one"]);
    await file.release(first.next);
    const rest = await file.read(10_000);
    expect(texts(rest)).toEqual(["two", "three", "four"]);
    expect(file.isEmpty).toBe(false);
    await file.release(rest.next);
    expect(file.isEmpty).toBe(true);
    await file.append(records("five"));
    expect(texts(await file.read(1))).toEqual(["five"]);
    await file.release((await file.read(100)).next);
    await file.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it("takes no more than it has room for", async () => {
    const file = await SpillFile.create(folder, 1, { maxBytes: 100 });
    expect(await file.append(records("x".repeat(40), "y".repeat(20), "z".repeat(20)))).toBe(2);
    expect(await file.append(records("z".repeat(20)))).toBe(0);
    expect(await file.append(records("z"))).toBe(1);
    await file.close();
  });

  it("is taken over once by whoever comes next", async () => {
    await leftBehind("one", "two");
    const both = await Promise.all([takeOver(), takeOver()]);
    expect(both.map(({ texts: read }) => read).sort()).toEqual([[], ["one", "two"]]);
  });

  it("is left alone while its server runs", async () => {
    const file = await SpillFile.create(folder, 1, options);
    await file.append(records("one"));
    expect(await SpillFile.takeOver(folder, options)).toEqual([]);
    await utimes(join(folder, (await readdir(folder))[0] as string), 1, 1);
    expect(await takeOver()).toMatchObject({ texts: ["one"] });
    await file.close();
  });

  it("gives the valid part of a file that was cut off anywhere", async () => {
    const whole = await readFile(await leftBehind("one", "two", "three"));
    for (let length = 0; length < whole.length; length++) {
      const path = join(folder, (await readdir(folder))[0] as string);
      await writeFile(path, whole);
      await truncate(path, length);
      await utimes(path, 1, 1);
      const expected = ["one", "two", "three"].slice(
        0,
        whole.subarray(0, length).toString().split("\n").length - 1,
      );
      expect((await takeOver()).texts).toEqual(expected);
      if (length === 0) await leftBehind("x");
    }
  });

  it("passes over what is damaged, and over that alone", async () => {
    const path = await leftBehind("one", "two", "three");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("two", "tvo"));
    await utimes(path, 1, 1);
    expect(await takeOver()).toEqual({ texts: ["one", "three"], numDamaged: 1 });
  });

  it("knows nothing of a folder that is not there", async () => {
    expect(await SpillFile.takeOver(join(folder, "none"), options)).toEqual([]);
  });
});
