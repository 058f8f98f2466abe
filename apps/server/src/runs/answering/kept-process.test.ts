import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createTemporaryFolder, type TemporaryFolder } from "../../../test/temporary-folder.js";
import { type KeptProcess, type KeptProcessOptions, keepProcess } from "./kept-process.js";

/** A program that counts its questions, and does with each what it says. */
const PROGRAM = `
  let count = 0;
  process.on("message", (question) => {
    count += 1;
    if (question === "be silent") return;
    if (question === "end") process.exit(3);
    if (question === "fill") for (const all = []; ; ) all.push(new Array(1e5).fill(count));
    if (question === "refuse") {
      const refusal = { code: "config_invalid", message: "no", field: "seed", expected: "a", received: "b" };
      return process.send({ refusal });
    }
    if (question === "fail") return process.send({ error: "what was in the way" });
    process.send({ answer: [question, count] });
  });
  process.once("disconnect", () => process.exit());
`;

let folder: TemporaryFolder;
let program: URL;
beforeAll(async () => {
  folder = await createTemporaryFolder();
  program = pathToFileURL(join(folder.path, "program.mjs"));
  await writeFile(program, PROGRAM);
});
afterAll(() => folder?.[Symbol.asyncDispose]());

let kept: KeptProcess<string, [string, number]> | undefined;
afterEach(() => kept?.close());

function open(changes: Partial<KeptProcessOptions> = {}): KeptProcess<string, [string, number]> {
  const limits = { maxWaiting: 2, limitMs: 60_000, idleMs: 60_000, maxHeapMb: 64 };
  kept = keepProcess({ program, what: "answer", ...limits, ...changes });
  return kept;
}

describe("a kept process", () => {
  it("answers one question after the other, and remembers", async () => {
    const { ask } = open();
    expect(await Promise.all([ask("a"), ask("b")])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("hands on refusals with what they name, and other errors in a word", async () => {
    const { ask } = open();
    await expect(ask("refuse")).rejects.toMatchObject({
      name: "ServerError",
      code: "config_invalid",
      message: "no",
      field: "seed",
      expected: "a",
      received: "b",
    });
    await expect(ask("fail")).rejects.toThrow("what was in the way");
    expect(await ask("c")).toEqual(["c", 3]);
  });

  it("starts anew after one that ended", async () => {
    const { ask } = open();
    await ask("first");
    await expect(ask("end")).rejects.toThrow("the process that makes answers ended with 3");
    expect(await ask("next")).toEqual(["next", 1]);
  });

  it("says that memory was too short, and goes on", async () => {
    const { ask } = open();
    await expect(ask("fill")).rejects.toMatchObject({ name: "ServerError", code: "too_large" });
    expect(await ask("next")).toEqual(["next", 1]);
  });

  it("gives up on an answer that takes too long, and goes on with the next", async () => {
    const { ask } = open({ limitMs: 2_000 });
    const late = ask("be silent");
    const next = ask("next");
    await expect(late).rejects.toMatchObject({ code: "too_busy", message: expect.stringContaining("2 s") });
    expect(await next).toEqual(["next", 1]);
  });

  it("lets the one that waits longest give way when too many wait", async () => {
    const { ask } = open();
    const asked = ["a", "b", "c", "d"].map((question) => ask(question));
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(settled[1]).toMatchObject({ reason: { code: "too_busy" } });
  });

  it("drops a question whose asker is gone", async () => {
    const { ask } = open();
    const gone = new AbortController();
    const asked = [ask("a"), ask("b", gone.signal), ask("c")];
    gone.abort();
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(settled[2]).toMatchObject({ value: ["c", 2] });
  });

  it("ends when idle, and starts again when asked", async () => {
    const { ask } = open({ idleMs: 0 });
    expect(await ask("a")).toEqual(["a", 1]);
    await vi.waitFor(async () => expect(await ask("again")).toEqual(["again", 1]), {
      timeout: 20_000,
      interval: 50,
    });
  });

  it("says that there is no such program", async () => {
    const { ask } = open({ program: pathToFileURL("/nowhere/program.js") });
    await expect(ask("a")).rejects.toThrow("ended with 1");
  });

  it("refuses those who wait when the server stops", async () => {
    const opened = open();
    const settled = Promise.allSettled([opened.ask("be silent"), opened.ask("b")]);
    await opened.close();
    const reason = { code: "too_busy", message: "the server stops" };
    expect(await settled).toMatchObject([{ reason }, { reason }]);
  });
});
