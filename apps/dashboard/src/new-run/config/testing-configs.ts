import { type RunConfigInput, runConfig } from "@fedloom/protocol";
import type { WireConfig } from "./wire-config.js";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS = ["chest", "Site A", "it's", 'a "b"', "x, y", "[1]", "ünï", "$HOME", "`id`", "\\", "–", "1e3"];

/** Some config that runs are accepted with, in its wire form; most fields are absent in most of them. */
export function randomConfig(random: () => number): WireConfig {
  const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  const word = () => one(WORDS);
  const count = (most = 50) => 1 + Math.floor(random() * most);
  const some = <Fields extends RunConfigInput>(fields: Fields): Partial<Fields> =>
    Object.fromEntries(Object.entries(fields).filter(() => random() < 0.4)) as Partial<Fields>;
  const options = () => ({
    serverLearningRate: random(),
    nesterov: random() < 0.5,
    classNames: [word(), word()],
    selection: { kind: "fraction", fraction: random(), where: { siteName: word() } },
    none: null,
  });
  const anyMode = some({
    project: word(),
    experimentName: word(),
    tags: [word(), word()],
    notes: `${word()}\n${word()}`,
    model: word(),
    batchSize: count(),
    learningRate: random() + 1e-7,
    learningRateSchedule: { kind: "cosine", warmUp: count() },
    optimizer: { name: one(["sgd", "adam"]), weightDecay: random() },
    augment: { maxShift: count() },
    earlyStopping: {
      metric: "val_auroc",
      patience: count(),
      minDelta: random(),
      restoreBest: random() < 0.5,
    },
    seed: count(0xffff_fffe),
    engine: one(["auto", "wasm", "cpu"]),
  });
  const data = one([
    {},
    { data: one(["blobs", "two-spirals", "synthetic-xrays"] as const), dataOptions: { numTrain: count() } },
    { dataPath: `/data/${word()}`, dataOptions: { kind: "csv", label: word() } },
  ]);
  const config = random() < 0.3 ? centralized() : federated();
  return runConfig.toWire({ ...anyMode, ...data, ...config } as RunConfigInput);

  function centralized(): RunConfigInput {
    return { mode: "centralized", ...some({ numEpochs: count() }) };
  }

  function federated(): RunConfigInput {
    return some({
      mode: "federated",
      strategy: one(["fedavg", "fedprox"]),
      strategyOptions: options(),
      hooks: [{ name: "reject-invalid" }, { name: "clip-update", options: { maxNorm: random() } }],
      privacyDelta: 1e-6,
      numRounds: count(),
      numClients: count(),
      partition: one(["iid", "dirichlet", "shards"]),
      dirichletAlpha: random() + 0.01,
      partitionOptions: { minSize: count() },
      holdout: random() * 0.9,
      quorum: count(),
      deadlineMs: count(100_000),
      localEpochs: count(),
    });
  }
}
