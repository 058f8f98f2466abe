import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFeatureFile } from "./feature-file.js";

describe("openFeatureFile", () => {
  let folder: string;
  let path: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fedloom-rows-"));
    path = join(folder, "rows.bytes");
    await writeFile(
      path,
      Uint8Array.from({ length: 12 }, (_, i) => i),
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("reads rows by number, in any order", () => {
    using file = openFeatureFile(path, 4);
    expect(file).toMatchObject({ path, rowBytes: 4, numRows: 3 });
    const into = new Uint8Array(5).fill(99);
    file.read(2, into);
    expect([...into]).toEqual([8, 9, 10, 11, 99]);
    file.read(0, into);
    expect([...into]).toEqual([0, 1, 2, 3, 99]);
  });

  it("refuses what it cannot read", async () => {
    const file = openFeatureFile(path, 4);
    const into = new Uint8Array(4);
    for (const row of [-1, 3, 0.5, Number.NaN]) {
      expect(() => file.read(row, into)).toThrow(`row: expected an integer in [0, 2], got ${row}`);
    }
    expect(() => file.read(0, new Uint8Array(3))).toThrow("into: expected room for 4 bytes, got 3");
    file[Symbol.dispose]();
    file[Symbol.dispose]();
    expect(() => file.read(0, into)).toThrow("expected an open file, got a closed one");
    expect(() => openFeatureFile(path, 5)).toThrow("expected whole rows of 5 bytes, got 12 bytes in all");
    expect(() => openFeatureFile(path, 0)).toThrow("rowBytes: expected an integer >= 1, got 0");
    expect(() => openFeatureFile(join(folder, "missing"), 4)).toThrow("got no such file");
    const cut = join(folder, "cut.bytes");
    await writeFile(cut, new Uint8Array(8));
    using open = openFeatureFile(cut, 4);
    await truncate(cut, 6);
    expect(() => open.read(1, into)).toThrow("expected 2 rows, got the end of the file in row 1");
  });
});
