import { createBlobs } from "@fedloom/trainer-core";
import { expect, it } from "vitest";
import { PARTITION_FLAGS } from "./partition-flags.js";
import { settingsInCommon } from "./settings-in-common.js";
import { simulationSettingsOf } from "./simulation-settings.js";
import { valuesOf } from "./testing-flags.js";
import { TRAINING_FLAGS } from "./training-flags.js";
import { trainingSettingsOf } from "./training-settings.js";

const FLAGS = {
  ...TRAINING_FLAGS,
  ...PARTITION_FLAGS,
  "strategy-options": { help: "", type: "text" },
} as const;
const dataset = createBlobs({ seed: 1, numTrain: 20, numVal: 4, numTest: 4 });

function read(
  args: readonly string[],
  { data = dataset, shares = [Uint32Array.of(0, 1)], numSteps = 3 } = {},
) {
  const values = valuesOf(FLAGS, args);
  const resolve = (path: string) => path;
  return settingsInCommon({
    settings: trainingSettingsOf(values, resolve),
    simulation: simulationSettingsOf(values, { seed: 1, resolve }),
    training: { optimizer: { name: "sgd" } },
    engine: "wasm",
    dataset: data,
    shares,
    numSteps,
  });
}

it("names what a run that goes on must share by the flags that set it", () => {
  expect(read(["--patience", "3", "--min-size", "1"])).toEqual({
    "--optimizer": '{"name":"sgd"}',
    "--engine": "wasm",
    "--patience": 3,
    "--metric": "val_loss",
    "--min-delta": 0,
    "--restore-best": false,
    "--partition": "dirichlet",
    "--clients": 5,
    "--alpha": 0.5,
    "--min-size": 1,
    "--strategy-options": "{}",
    "--holdout": 0,
    "--data": expect.stringMatching(/^20 samples, sha256 [0-9a-f]{16}$/),
  });
});

it("counts the length of a run only where the learning rate follows it", () => {
  expect(read([], { numSteps: 3 })).toEqual(read([], { numSteps: 4 }));
  expect(read(["--learning-rate-schedule", "cosine"])).toHaveProperty("--rounds", 3);
  const fixed = '{"kind":"cosine","steps":9}';
  expect(read(["--learning-rate-schedule", fixed])).not.toHaveProperty("--rounds");
});

it("tells other samples, and other shares of the same ones", () => {
  const other = createBlobs({ seed: 2, numTrain: 20, numVal: 4, numTest: 4 });
  const prints = [read([]), read([], { data: other }), read([], { shares: [Uint32Array.of(0, 2)] })];
  expect(new Set(prints.map((each) => each["--data"])).size).toBe(3);
});
