import { describe, expect, it } from "vitest";
import { evaluateWith, metricsOf, partMetrics } from "./evaluate.js";
import { type Predictions, predictionsOf } from "./predictions.js";

/** Two-class probabilities from those of the positive class. */
const twoClass = (positive: number[]) => Float32Array.from(positive.flatMap((p) => [1 - p, p]));
const softmax = (outputs: Float32Array, labels: number[], numOutputs = 2): Predictions => ({
  outputs,
  labels: Uint8Array.from(labels),
  numOutputs,
  loss: "softmaxCrossEntropy",
});

describe("metricsOf two classes", () => {
  it("gives the hand-checked values", () => {
    const metrics = metricsOf(softmax(twoClass([0.9, 0.8, 0.3, 0.6, 0.1]), [1, 1, 1, 0, 0]));
    expect(metrics.accuracy).toBe(3 / 5);
    expect(metrics.precision).toBeCloseTo(2 / 3, 12);
    expect(metrics.recall).toBeCloseTo(2 / 3, 12);
    expect(metrics.f1).toBeCloseTo(2 / 3, 12);
    expect(metrics.auroc).toBeCloseTo(5 / 6, 12);
    const loss = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.3) + Math.log(0.4) + Math.log(0.9)) / 5;
    expect(metrics.loss).toBeCloseTo(loss, 6);
    expect(metrics).toMatchObject({
      "precision/class_0": 1 / 2,
      "recall/class_0": 1 / 2,
      "recall/class_1": 2 / 3,
      "confusion/0/0": 1,
      "confusion/0/1": 1,
      "confusion/1/0": 1,
      "confusion/1/1": 2,
    });
  });

  it("says NaN, not 0 or 1, for a ratio without cases", () => {
    const metrics = metricsOf(softmax(twoClass([0.1, 0.2]), [0, 0]));
    const none = Number.NaN;
    expect(metrics).toMatchObject({ accuracy: 1, precision: none, recall: none, f1: none, auroc: none });
  });

  it("keeps the loss finite for a certain and wrong answer, and NaN for NaN", () => {
    const of = (positive: number) => metricsOf(softmax(twoClass([positive]), [1]));
    expect(of(0).loss).toBeCloseTo(-Math.log(1e-7), 6);
    expect(of(Number.NaN).loss).toBeNaN();
    expect(of(Number.NaN).auroc).toBeNaN();
  });

  it("gives the same from one sigmoid output, with labels or with targets", () => {
    const positive = [0.9, 0.8, 0.3, 0.6, 0.1];
    const labels = Uint8Array.of(1, 1, 1, 0, 0);
    const outputs = Float32Array.from(positive);
    const expected = metricsOf(softmax(twoClass(positive), [...labels]));
    const single = { outputs, labels, numOutputs: 1, loss: "sigmoidCrossEntropy" } as const;
    const withTargets = { ...single, labels: new Uint8Array(5), targets: Float32Array.from(labels) };
    for (const metrics of [metricsOf(single), metricsOf(withTargets)]) {
      expect(metrics).toEqual({ ...expected, loss: expect.closeTo(expected.loss as number, 6) });
    }
  });
});

describe("metricsOf several classes", () => {
  // True 0 0 1 1 2, predicted 0 1 1 1 0; by hand.
  const outputs = [
    [0.7, 0.2, 0.1],
    [0.3, 0.6, 0.1],
    [0.1, 0.8, 0.1],
    [0.2, 0.5, 0.3],
    [0.6, 0.1, 0.3],
  ];
  const metrics = metricsOf(softmax(Float32Array.from(outputs.flat()), [0, 0, 1, 1, 2], 3));

  it("averages precision, recall and F1 over the classes that have them", () => {
    expect(metrics.accuracy).toBe(3 / 5);
    expect(metrics["precision/class_0"]).toBe(1 / 2);
    expect(metrics["precision/class_1"]).toBe(2 / 3);
    expect(metrics["precision/class_2"]).toBeNaN();
    expect(metrics.precision).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
    expect(metrics.recall).toBeCloseTo((1 / 2 + 1 + 0) / 3, 12);
    expect(metrics["confusion/2/0"]).toBe(1);
  });

  it("takes each class against the rest for AUROC", () => {
    // Class 0: its 0.7 and 0.3 against 0.1, 0.2, 0.6 win 5 of 6 pairs.
    expect(metrics["auroc/class_0"]).toBeCloseTo(5 / 6, 12);
    // Class 1: 0.8 and 0.5 against 0.2, 0.6, 0.1: 5 of 6. Class 2: 0.3 against 0.1, 0.1, 0.1, 0.3: 3.5 of 4.
    expect(metrics.auroc).toBeCloseTo((5 / 6 + 5 / 6 + 3.5 / 4) / 3, 12);
  });

  it("leaves a large confusion matrix out", () => {
    const wide = metricsOf(softmax(new Float32Array(17).fill(1 / 17), [0], 17));
    expect(Object.keys(wide).filter((name) => name.startsWith("confusion"))).toEqual([]);
  });
});

describe("metricsOf other tasks", () => {
  it("judges each of several labels, and all of a sample's together", () => {
    const metrics = metricsOf({
      outputs: Float32Array.of(0.9, 0.1, 0.8, 0.6),
      targets: Float32Array.of(1, 0, 0, 1),
      labels: new Uint8Array(2),
      numOutputs: 2,
      loss: "sigmoidCrossEntropy",
    });
    expect(metrics).toMatchObject({
      accuracy: 3 / 4,
      exact_match: 1 / 2,
      "accuracy/class_0": 1 / 2,
      "precision/class_0": 1 / 2,
      "recall/class_1": 1,
      "auroc/class_0": 1,
    });
    expect(metrics.loss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.9) + Math.log(0.2) + Math.log(0.6)) / 4, 6);
  });

  it("measures numbers", () => {
    const metrics = metricsOf({
      outputs: Float32Array.of(1, 10, 3, 10),
      targets: Float32Array.of(1, 8, 5, 8),
      labels: new Uint8Array(2),
      numOutputs: 2,
      loss: "meanSquaredError",
    });
    // Output 0: errors 0 and -2, targets around 3; output 1: errors 2 and 2, targets equal.
    expect(metrics).toMatchObject({ loss: 3, mse: 3, mae: 1.5, r2: 0.5, "r2/output_0": 0.5 });
    expect(metrics["r2/output_1"]).toBeNaN();
  });
});

describe("predictionsOf", () => {
  const task = { loss: "sigmoidCrossEntropy", numOutputs: 2 } as const;
  const samples = { labels: Uint8Array.of(0, 1, 2), targets: Float32Array.of(1, 2, 3, 4, 5, 6) };

  it("takes the answers of the samples that were asked for", () => {
    const outputs = new Float32Array(4);
    const { labels, targets } = predictionsOf(outputs, samples, { ...task, indices: Uint32Array.of(2, 0) });
    expect([...labels]).toEqual([2, 0]);
    expect([...(targets ?? [])]).toEqual([5, 6, 1, 2]);
  });

  it("refuses outputs that are not of these samples", () => {
    expect(() => predictionsOf(new Float32Array(5), samples, task)).toThrow(
      "outputs: expected 6 values, got 5",
    );
  });
});

describe("evaluateWith", () => {
  it("evaluates a split of a data set", async () => {
    const samples = { val: { labels: Uint8Array.of(1) }, test: { labels: Uint8Array.of(0) } };
    const evaluate = evaluateWith(async (weights) => weights, samples, {
      loss: "softmaxCrossEntropy",
      numOutputs: 2,
    });
    const { signal } = new AbortController();
    expect(await evaluate(twoClass([0.9]), "val", signal)).toMatchObject({ accuracy: 1 });
    expect(await evaluate(twoClass([0.9]), "test", signal)).toMatchObject({ accuracy: 0 });
  });
});

it("wants to know what the outputs stand for", () => {
  const pool = {} as { loss: "meanSquaredError"; numOutputs: number };
  const samples = { val: { labels: new Uint8Array(1) }, test: { labels: new Uint8Array(1) } };
  expect(() => evaluateWith(async (weights) => weights, samples, pool)).toThrow(
    "task: expected loss and numOutputs, as a trainer has them, got undefined and undefined",
  );
});

it("parts what is of the whole from what is of a class", () => {
  expect(partMetrics({ loss: 1, "f1/class_0": 2 })).toEqual({
    summary: { loss: 1 },
    details: { "f1/class_0": 2 },
  });
});
