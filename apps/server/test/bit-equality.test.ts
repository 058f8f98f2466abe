import type { WireEvent } from "@fedloom/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../src/runs/run-messages.js";
import { fingerprintOf, openRunBench, type RunBench } from "./start-run-process.js";

let bench: RunBench;

beforeAll(async () => {
  bench = await openRunBench();
});
afterAll(() => bench?.[Symbol.asyncDispose]());

/** Where a process is killed: while a step goes on, or when its checkpoint is there. */
type Moment = `${"in" | "after"} ${number}`;

const blobs = {
  data: "blobs",
  data_options: { numTrain: 2_400, numVal: 200, numTest: 50, numFeatures: 8 },
  model: "tabular",
  batch_size: 8,
  seed: 7,
} as const;
const federated = { ...blobs, num_rounds: 4, num_clients: 4, local_epochs: 3 };

async function hasCome(runId: string, moment: Moment): Promise<boolean> {
  const [when, text] = moment.split(" ");
  const step = Number(text);
  if (when === "after") return ((await bench.database.runs.get(runId))?.step ?? 0) >= step;
  return bench
    .eventsOf(runId)
    .some(({ type, data }) =>
      type === "client_complete" ? data.round === step : type === "epoch_start" && data.epoch === step,
    );
}

/** Runs a config to its end, and kills its process at each moment; the next attempt goes on. */
async function play(config: Record<string, unknown>, moments: readonly Moment[] = []) {
  const runId = await bench.create(config);
  for (const moment of moments) {
    const { child, ended } = bench.start(runId);
    const isOver = ended.then(() => true);
    while (!(await hasCome(runId, moment))) {
      const turn = new Promise<false>((resolve) => setTimeout(resolve, 2, false));
      if (await Promise.race([isOver, turn])) break;
    }
    child.kill("SIGKILL");
    await ended;
  }
  const { ended, output } = bench.start(runId);
  expect([await ended, output()]).toEqual([EXIT.over, ""]);
  return { runId, end: fingerprintOf(await bench.last(runId)) };
}

function bySource(events: readonly WireEvent[]): Map<string, WireEvent[]> {
  const sources = new Map<string, WireEvent[]>();
  for (const event of events) {
    const source = event.meta?.source ?? "";
    sources.set(source, [...(sources.get(source) ?? []), event]);
  }
  return sources;
}

const all: Moment[] = ["in 1", "after 1", "in 2", "after 2", "in 3", "after 3", "in 4", "after 4"];

describe("a run whose process is killed", { timeout: 120_000 }, () => {
  it.each<[string, Record<string, unknown>, readonly Moment[]]>([
    ["fedavg", { ...federated, holdout: 0.2 }, all],
    ["scaffold", { ...federated, strategy: "scaffold" }, ["in 2", "after 3"]],
    [
      "fedadam with early stopping and a schedule",
      {
        ...federated,
        strategy: "fedadam",
        early_stopping: { metric: "val_loss", patience: 3, restore_best: true },
        learning_rate_schedule: { kind: "cosine", warmUp: 1 },
      },
      ["in 2", "after 3"],
    ],
    [
      "central privacy",
      {
        ...federated,
        strategy_options: { weighting: "uniform", selection: { kind: "poisson", rate: 0.7 } },
        hooks: [{ name: "central-privacy", options: { noiseMultiplier: 0.5, clipNorm: 1, noise: "seeded" } }],
      },
      ["in 2", "after 3"],
    ],
    [
      "centralized adam",
      { ...blobs, mode: "centralized", num_epochs: 4, optimizer: { name: "adam" } },
      ["in 2", "after 3"],
    ],
  ])("ends with the same bits: %s", async (_, config, moments) => {
    const undisturbed = await play(config);
    const disturbed = await play(config, moments);
    expect(disturbed.end).toEqual(undisturbed.end);
    expect(disturbed.end.step).toBe(4);
    const run = await bench.database.runs.get(disturbed.runId);
    expect(run).toMatchObject({ step: 4, attempt: moments.length + 1 });
    const events = bench.eventsOf(disturbed.runId);
    // Each attempt says where it goes on, and nothing of what any of them has said is missing.
    const starts = events.filter(({ type }) => type === "training_start").map(({ data }) => data);
    expect(starts.at(-1)).toMatchObject({ attempt: moments.length + 1 });
    const seqs = bySource(events);
    for (const [source, of] of seqs) {
      expect([source, of.map(({ meta }) => meta?.seq)]).toEqual([source, of.map((_, i) => i + 1)]);
    }
    expect(events.filter(({ type }) => type === "training_end")).toHaveLength(1);
    const models = await bench.database.models.list(disturbed.runId);
    expect(models.map(({ kind }) => kind)).toEqual(["best", "last"]);
  });
});
