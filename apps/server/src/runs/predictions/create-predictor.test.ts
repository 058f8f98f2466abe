import type { RunRecord } from "@fedloom/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createPredictor, type Predictor, type PredictorOptions } from "./create-predictor.js";

const RUN = "01JD0000000000000000000001";
const query = {
  kind: "best",
  part: "test",
  filter: "all",
  sort: "loss",
  limit: 1,
  offset: 0,
  activation_of: "predicted",
} as const;
const run = (isManaged = true) =>
  ({ runId: RUN, isManaged, config: { do: "answer" } }) as unknown as RunRecord;
const doing = (what: string) => ({ ...run(), config: { do: what } }) as RunRecord;

/** A thread that does what a question's config says, and answers with its own number. */
const thread = `
import { parentPort, threadId } from "node:worker_threads";
let working = false;
parentPort.on("message", async ({ config }) => {
  if (config.do === "hang") return;
  if (config.do === "die") process.exit(3);
  if (config.do === "refuse") return parentPort.postMessage({ refusal: { code: "data_gone", message: "gone" } });
  if (config.do === "fail") return parentPort.postMessage({ error: "boom" });
  if (working) return parentPort.postMessage({ error: "two at a time" });
  working = true;
  await new Promise((resolve) => setTimeout(resolve, 5));
  working = false;
  parentPort.postMessage({ answer: new TextEncoder().encode(String(threadId)) });
});`;

let predictor: Predictor | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await predictor?.close();
});

function created(options: Partial<PredictorOptions> = {}): Predictor {
  const list = async () => [{ kind: "best", checkpointId: "c" }] as never;
  const file = new URL(`data:text/javascript,${encodeURIComponent(thread)}`);
  predictor = createPredictor({
    database: { checkpoints: { list } },
    databaseOptions: {} as never,
    file,
    ...options,
  });
  return predictor;
}

const answerOf = async (asked: Promise<Uint8Array>) => Number(new TextDecoder().decode(await asked));

describe("the predictor", () => {
  it("has one thread answer one question at a time", async () => {
    const { ask } = created();
    const answers = await Promise.all([1, 2, 3].map(() => answerOf(ask(run(), query))));
    expect(new Set(answers).size).toBe(1);
  });

  it("hands refusals on, and stays with the thread that refused", async () => {
    const { ask } = created();
    const before = await answerOf(ask(run(), query));
    await expect(ask(doing("refuse"), query)).rejects.toMatchObject({ code: "data_gone", message: "gone" });
    expect(await answerOf(ask(run(), query))).toBe(before);
  });

  it.each([
    ["die", { message: "the predicting thread ended without an answer" }],
    ["fail", { message: "boom" }],
  ])("takes another thread after one that does: %s", async (what, error) => {
    const { ask } = created();
    const before = await answerOf(ask(run(), query));
    const failed = expect(ask(doing(what), query)).rejects.toMatchObject(error);
    const after = answerOf(ask(run(), query));
    await failed;
    expect(await after).not.toBe(before);
  });

  it("gives up a thread that takes too long", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { ask } = created({ limitMs: 60_000 });
    const before = await answerOf(ask(run(), query));
    const numTimers = vi.getTimerCount();
    const failed = expect(ask(doing("hang"), query)).rejects.toMatchObject({
      code: "too_busy",
      message: "no predictions within 60 s; try again later",
    });
    // The idle thread's timer has gone, and the question's has come.
    await new Promise(setImmediate);
    expect([numTimers, vi.getTimerCount()]).toEqual([1, 1]);
    vi.advanceTimersByTime(60_000);
    await failed;
    expect(await answerOf(ask(run(), query))).not.toBe(before);
  });

  it("lets an idle thread go", async () => {
    const { ask } = created({ idleMs: 1 });
    const before = await answerOf(ask(run(), query));
    await vi.waitFor(async () => expect(await answerOf(ask(run(), query))).not.toBe(before));
  });

  it("says so when too many ask", async () => {
    const { ask } = created();
    const asked = Array.from({ length: 12 }, () => ask(run(), query));
    const ended = await Promise.allSettled(asked);
    const refused = ended.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []));
    expect(refused).toEqual(["too_busy", "too_busy", "too_busy", "too_busy"]);
  });

  it("asks nobody about a run that is not the server's, or has no such model yet", async () => {
    const { ask } = created({ file: new URL("file:///nowhere.js") });
    await expect(ask(run(false), query)).rejects.toMatchObject({ code: "run_not_managed" });
    await expect(ask(run(), { ...query, kind: "last" })).rejects.toMatchObject({
      code: "checkpoint_not_found",
    });
  });
});
