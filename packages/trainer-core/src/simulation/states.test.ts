import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ClientStates } from "../federated/client-states.js";
import { createDirectoryStates } from "./directory-states.js";
import { createMemoryStates } from "./memory-states.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-states-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const stateOf = (value: number) => ({
  control: Float32Array.of(value, -value, 0.1),
  private: Float32Array.of(),
});

const stores: [string, () => ClientStates][] = [
  ["memory", createMemoryStates],
  ["directory", () => createDirectoryStates(join(folder, "not", "yet", "there"))],
];

describe.each(stores)("client states in %s", (_, create) => {
  it("have nothing of a client that has kept nothing", async () => {
    expect(await create().get("a", 5)).toBeUndefined();
  });

  it("give the newest state that is older than the round, bit for bit", async () => {
    const states = create();
    await states.set("a", 1, stateOf(1));
    await states.set("a", 4, stateOf(4));
    await states.set("b", 2, stateOf(2));
    expect(await states.get("a", 1)).toBeUndefined();
    expect(await states.get("a", 4)).toEqual(stateOf(1));
    expect(await states.get("a", 5)).toEqual(stateOf(4));
    expect(await states.get("a", 10)).toEqual(stateOf(4));
    expect(await states.get("b", 10)).toEqual(stateOf(2));
  });

  it("keep the two newest", async () => {
    const states = create();
    for (const round of [1, 2, 10]) await states.set("a", round, stateOf(round));
    expect(await states.get("a", 2)).toBeUndefined();
    expect(await states.get("a", 10)).toEqual(stateOf(2));
    expect(await states.get("a", 11)).toEqual(stateOf(10));
  });

  it("forget what came after the round to which a run has gone back", async () => {
    const states = create();
    for (const round of [3, 4]) await states.set("a", round, stateOf(round));
    await states.set("a", 4, stateOf(40));
    expect(await states.get("a", 5)).toEqual(stateOf(40));
    expect(await states.get("a", 4)).toEqual(stateOf(3));
    await states.set("a", 2, stateOf(2));
    expect(await states.get("a", 9)).toEqual(stateOf(2));
  });

  it("keep clients apart whatever their ids", async () => {
    const states = create();
    const ids = ["../../etc", "a/b", "a_b", "A/B", "", "é".repeat(300), "con", "a\0b"];
    for (const [i, id] of ids.entries()) await states.set(id, 1, stateOf(i));
    for (const [i, id] of ids.entries()) expect(await states.get(id, 2)).toEqual(stateOf(i));
  });
});

describe("createDirectoryStates", () => {
  it("is there for another process, and leaves no files behind but two for a client", async () => {
    const states = createDirectoryStates(folder);
    for (const round of [1, 2, 3]) await states.set("a", round, stateOf(round));
    expect(await createDirectoryStates(folder).get("a", 4)).toEqual(stateOf(3));
    const [own] = await readdir(folder);
    expect((await readdir(join(folder, own as string))).sort()).toEqual(["round-2.state", "round-3.state"]);
  });

  it("refuses a damaged file by name", async () => {
    const states = createDirectoryStates(folder);
    await states.set("a", 1, stateOf(1));
    const [own] = await readdir(folder);
    const file = join(folder, own as string, "round-1.state");
    const good = await readFile(file);
    for (const bad of [
      good.subarray(0, good.length - 1),
      good.subarray(0, 10),
      Buffer.alloc(0),
      flipped(good),
    ]) {
      await writeFile(file, bad);
      await expect(states.get("a", 2)).rejects.toMatchObject({
        code: "invalid_checkpoint",
        message: expect.stringContaining(`${file}: expected the hash that it was written with`),
      });
    }
    await writeFile(file, good);
    expect(await states.get("a", 2)).toEqual(stateOf(1));
  });

  it("refuses a file that was put in another client's place", async () => {
    const states = createDirectoryStates(folder);
    await states.set("a", 1, stateOf(1));
    await states.set("b", 1, stateOf(2));
    const [a, b] = (await readdir(folder)).sort();
    const fileOf = (own: string | undefined) => join(folder, own as string, "round-1.state");
    await writeFile(fileOf(b), await readFile(fileOf(a)));
    await expect(states.get("b", 2)).rejects.toThrow("expected b in round 1, got a in round 1");
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(copy.length - 3) ^ 1, copy.length - 3);
  return copy;
}
