import { type RunConfigInput, runConfig } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import type { ServerError } from "../errors.js";
import { checkRunConfig } from "./check-run-config.js";

const check = (input: Record<string, unknown>) => {
  const decoded = runConfig.decode(input);
  if (!decoded.ok) throw decoded.error;
  checkRunConfig(decoded.value);
};

describe("checkRunConfig", () => {
  it.each<[string, Record<string, unknown>]>([
    ["nothing at all", {}],
    ["a centralized run", { mode: "centralized", optimizer: { name: "adam", beta1: 0.8 }, num_epochs: 2 }],
    [
      "much",
      {
        data: "blobs",
        data_options: { numTrain: 100, numClasses: 3 },
        model: "tabular",
        strategy: "fedadam",
        strategy_options: { weighting: "uniform", selection: { kind: "poisson", rate: 0.5 } },
        hooks: [
          { name: "cap-share", options: { maxShare: 0.5 } },
          { name: "compress-updates", options: { method: { kind: "float16" } } },
        ],
        partition: "pathological",
        partition_options: { classesPerClient: 2 },
        holdout: 0.2,
        quorum: 2,
        deadline_ms: 1_000,
        early_stopping: { metric: "pooled_val_auroc", patience: 2 },
        learning_rate_schedule: { kind: "cosine", warmUp: 2 },
        optimizer: { name: "sgd", momentum: 0.9, weight_decay: 0.01 },
        augment: {},
      },
    ],
    [
      "privacy",
      {
        strategy_options: { weighting: "uniform", selection: { kind: "poisson", rate: 0.5 } },
        hooks: [{ name: "central-privacy", options: { noiseMultiplier: 1, clipNorm: 1, noise: "seeded" } }],
        privacy_delta: 1e-5,
      },
    ],
    ["every partition", { partition: "feature", partition_options: { noise: 0.1 } }],
    ["a table", { data_path: "/data/a.csv", data_options: { kind: "csv", label: "y" } }],
  ])("takes %s", (_, config) => {
    expect(() => check(config)).not.toThrow();
  });

  const privacy = { name: "central-privacy", options: { noiseMultiplier: 1, clipNorm: 1 } };
  it.each<[Record<string, unknown>, string, string, string]>([
    [{ strategy: "fedmagic" }, "strategy", "one of fedavg, ", '"fedmagic"'],
    [{ strategy: "krum" }, "strategy_options.f", "an integer >= 0", "nothing"],
    [
      { strategy: "fedavg", strategy_options: { mu: 1 } },
      "strategy_options",
      "options among selection, weighting",
      '"mu"',
    ],
    [{ model: "gpt" }, "model", "one of pneumonia-cnn, ", '"gpt"'],
    [
      { hooks: [{ name: "clip-update", options: { maxNorm: 0 } }] },
      "hooks.0.options.max_norm",
      "a finite number > 0",
      "0",
    ],
    [
      { hooks: [{ name: "reject-invalid", options: { max: 1 } }] },
      "hooks.0.options",
      "options among maxSamples",
      '"max"',
    ],
    [
      { hooks: [{ name: "add-noise", options: { sigma: 1, source: {} } }] },
      "hooks.0.options",
      "no source",
      "one",
    ],
    [
      {
        hooks: [
          { name: "cap-share", options: { maxShare: 1 } },
          { name: "cap-share", options: { maxShare: 1 } },
        ],
      },
      "hooks",
      "names used once",
      '"cap-share" twice',
    ],
    [{ hooks: [privacy], strategy: "krum", strategy_options: { f: 1 } }, "hooks", "", ""],
    [{ privacy_delta: 0.1 }, "privacy_delta", "the hook central-privacy beside it", "it alone"],
    [{ quorum: 6 }, "quorum", "at most 5, the number of clients", "6"],
    [
      { partition: "iid", partition_options: { minSize: 1 } },
      "partition_options",
      "no options of iid",
      "minSize",
    ],
    [
      { partition: "power-law", partition_options: { exponent: "1" } },
      "partition_options.exponent",
      "a finite number >= 0",
      "1",
    ],
    [{ partition_options: { alpha: 1 } }, "partition_options.alpha", "it as the field dirichlet_alpha", "1"],
    [
      { partition: "feature" },
      "partition_options",
      "noise, brightness, contrast or rotation for feature",
      "none of them",
    ],
    [
      { partition: "feature", partition_options: { rotation: 200 } },
      "partition_options.rotation",
      "a number in [0, 180]",
      "200",
    ],
    [{ data: "blobs", data_path: "/a" }, "data", "none beside data_path", "blobs"],
    [{ data: "blobs", data_options: { turns: 1 } }, "data_options", "options among numTrain", '"turns"'],
    [
      { data_path: "/a", data_options: { label: "y" } },
      "data_options",
      "a kind of npz, idx, csv or images",
      "none",
    ],
    [
      { data_path: "/a", data_options: { kind: "npz", cacheFolder: "/etc" } },
      "data_options",
      "no cacheFolder",
      "one",
    ],
    [{ data_options: { path: "/etc/passwd" } }, "data_options", "no path", "one"],
    [
      { early_stopping: { metric: "luck", patience: 1 } },
      "early_stopping.metric",
      "train_, val_ or pooled_val_",
      "luck",
    ],
    [
      { early_stopping: { metric: "pooled_val_loss", patience: 1 } },
      "early_stopping.metric",
      "a holdout beside",
      "pooled_val_loss",
    ],
    [
      { learning_rate_schedule: { kind: "step" } },
      "learning_rate_schedule.every",
      "an integer >= 1",
      "nothing",
    ],
    [
      { learning_rate_schedule: { kind: "zigzag" } },
      "learning_rate_schedule.kind",
      "one of constant",
      "zigzag",
    ],
    [{ learning_rate_schedule: { kind: "cosine", foo: 1 } }, "learning_rate_schedule", "fields among", "foo"],
    [{ optimizer: { name: "adam", momentum: 0.9 } }, "optimizer", "those among name, beta1", '"momentum"'],
    [{ augment: { maxShift: 1.5 } }, "augment.max_shift", "an integer in [0, ", "1.5"],
    [{ augment: { blur: 1 } }, "augment", "options among maxShift", '"blur"'],
    [{ mode: "centralized", quorum: 1 }, "quorum", "none in a centralized run", "1"],
    [{ mode: "centralized", holdout: 0.1 }, "holdout", "0 in a centralized run", "0.1"],
  ])("refuses %j and names %s", (config, field, expected, received) => {
    let error: ServerError | undefined;
    try {
      check(config as RunConfigInput);
    } catch (thrown) {
      error = thrown as ServerError;
    }
    expect(error?.name).toBe("ServerError");
    expect(error?.field).toBe(field);
    if (expected) expect(error?.expected).toContain(expected);
    if (received) expect(error?.received).toBe(received);
    expect(error?.message.startsWith(`${field}: `)).toBe(true);
  });
});
