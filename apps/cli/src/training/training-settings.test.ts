import { describe, expect, it } from "vitest";
import { valuesOf } from "./testing-flags.js";
import { TRAINING_FLAGS } from "./training-flags.js";
import { augmentOf, optimizerOf, trainingSettingsOf } from "./training-settings.js";

const values = (...args: string[]) => valuesOf(TRAINING_FLAGS, args);
const read = (...args: string[]) => trainingSettingsOf(values(...args), (path) => `/home/${path}`);

describe("the settings of a command line", () => {
  it("are the model's recommendations unless given", () => {
    expect(read()).toEqual({
      seed: 1,
      engine: "auto",
      batchSize: undefined,
      learningRate: undefined,
      earlyStopping: undefined,
      checkpoints: undefined,
      schedule: undefined,
      exported: undefined,
      overwrite: false,
    });
    expect(
      read("--batch-size", "16", "--learning-rate", "1e-3", "--engine", "wasm", "--seed", "0"),
    ).toMatchObject({
      batchSize: 16,
      learningRate: 0.001,
      engine: "wasm",
      seed: 0,
    });
  });

  it("stop early by a metric, which is small or large when it is good", () => {
    const stop = { metric: "val_loss", mode: "min", patience: 3, minDelta: 0, restoreBest: false };
    expect(read("--patience", "3").earlyStopping).toEqual(stop);
    expect(
      read("--patience", "3", "--metric", "val_auroc", "--min-delta", "0.01", "--restore-best").earlyStopping,
    ).toEqual({ ...stop, metric: "val_auroc", mode: "max", minDelta: 0.01, restoreBest: true });
  });

  it("keep checkpoints in a folder", () => {
    expect(read("--checkpoints", "c", "--resume").checkpoints).toEqual({
      folder: "/home/c",
      every: 1,
      resume: true,
    });
  });

  it.each([
    [["--learning-rate", "0"], '--learning-rate: expected a number above 0 to 10, received "0"'],
    [["--learning-rate", "fast"], '--learning-rate: expected a number above 0 to 10, received "fast"'],
    [["--batch-size", "0.5"], '--batch-size: expected a whole number from 1 to 4096, received "0.5"'],
    [["--engine", "gpu"], '--engine: expected auto or tfjs-node or wasm or cpu, received "gpu"'],
    [["--resume"], "--resume: expected with --checkpoints, received without"],
    [["--checkpoint-every", "2"], "--checkpoint-every: expected with --checkpoints, received without"],
    [["--restore-best"], "--restore-best: expected with --patience, received without"],
    [["--metric", "val_loss"], "--metric: expected with --patience, received without"],
    [["--seed", "-1"], "--seed"],
  ] as [string[], string][])("%j is refused", (args, message) => {
    expect(() => read(...args)).toThrow(message);
    expect(() => read(...args)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

describe("the optimizer of a command line", () => {
  const adam = { name: "adam", beta1: 0.8 } as const;

  it("is the model's own with what is given", () => {
    expect(optimizerOf(values(), adam)).toEqual(adam);
    expect(optimizerOf(values("--weight-decay", "1e-4"), adam)).toEqual({ ...adam, weightDecay: 1e-4 });
    expect(optimizerOf(values("--optimizer", "sgd", "--momentum", "0.9"), adam)).toEqual({
      name: "sgd",
      momentum: 0.9,
    });
    expect(() => optimizerOf(values("--momentum", "0.9"), adam)).toThrow(
      "--momentum: expected with --optimizer sgd, received with adam",
    );
  });
});

describe("augmentation of a command line", () => {
  it("is the model's own unless given", () => {
    expect(augmentOf(values(), { maxShift: 2 })).toEqual({ maxShift: 2 });
    expect(augmentOf(values("--augment", "{}"), { maxShift: 2 })).toEqual({});
    expect(augmentOf(values("--augment", '{"flipHorizontal":true}'), undefined)).toEqual({
      flipHorizontal: true,
    });
  });

  it.each([
    ["[1]", '--augment: expected a JSON object, received "[1]"'],
    ["{", '--augment: expected a JSON object, received "{"'],
    [
      '{"shift":1}',
      '--augment: expected one of maxShift, flipHorizontal, maxBrightness, maxContrast, received "shift"',
    ],
    ['{"maxShift":"1"}', '--augment maxShift: expected a number, received "1"'],
  ])("%s is refused", (text, message) => {
    expect(() => augmentOf(values("--augment", text), undefined)).toThrow(message);
  });
});
