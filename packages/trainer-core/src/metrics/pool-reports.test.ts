import { expect, it } from "vitest";
import { clientReport } from "./client-report.js";
import { metricsOf } from "./evaluate.js";
import { poolReports } from "./pool-reports.js";
import type { Predictions } from "./predictions.js";

function predictions(rows: number[][], labels: number[]): Predictions {
  return {
    outputs: Float32Array.from(rows.flat()),
    labels: Uint8Array.from(labels),
    numOutputs: rows[0]?.length ?? 0,
    loss: "softmaxCrossEntropy",
  };
}

const received = (parts: Predictions[]) =>
  parts.map((part, i) => ({ clientId: `c${i}`, report: clientReport(part) }));

it("gives what one place with all samples of two classes would have found", () => {
  const rows = [0.91, 0.22, 0.43, 0.74, 0.35, 0.66].map((p) => [1 - p, p]);
  const labels = [1, 0, 1, 1, 0, 0];
  const parts = [predictions(rows.slice(0, 2), [1, 0]), predictions(rows.slice(2), labels.slice(2))];
  const { metrics } = poolReports(received(parts), 2);
  const whole = metricsOf(predictions(rows, labels));
  for (const name of [
    "loss",
    "accuracy",
    "precision",
    "recall",
    "f1",
    "auroc",
    "f1/class_0",
    "confusion/0/1",
  ]) {
    expect(metrics[name], name).toBeCloseTo(whole[name] as number, 12);
  }
  expect(metrics).toMatchObject({ num_clients: 2, num_samples: 6 });
});

it("gives the same for several classes, but for AUROC, which their reports have no room for", () => {
  const rows = [
    [0.7, 0.2, 0.1],
    [0.3, 0.6, 0.1],
    [0.1, 0.8, 0.1],
    [0.6, 0.1, 0.3],
  ];
  const parts = [predictions(rows.slice(0, 1), [0]), predictions(rows.slice(1), [0, 1, 2])];
  const { metrics } = poolReports(received(parts), 3);
  const whole = metricsOf(predictions(rows, [0, 0, 1, 2]));
  for (const name of ["loss", "accuracy", "precision", "recall", "f1", "recall/class_2", "confusion/2/0"]) {
    expect(metrics[name], name).toBeCloseTo(whole[name] as number, 12);
  }
});

it("leaves a report out that cannot be true, and says so", () => {
  const good = clientReport(predictions([[0.2, 0.8]], [1]));
  const { metrics, refused } = poolReports(
    [
      { clientId: "good", report: good },
      { clientId: "bad", report: { ...good, numSamples: 1_000 } },
    ],
    2,
  );
  expect(metrics).toMatchObject({ accuracy: 1, num_clients: 1, num_samples: 1 });
  expect(refused).toMatchObject([{ clientId: "bad", code: "wrong_report" }]);
});

it("reports a model that has diverged without a histogram", () => {
  const report = clientReport(predictions([[Number.NaN, Number.NaN]], [1]));
  expect(report.lossSum).toBeNaN();
  expect(report).not.toHaveProperty("scoreHistogram");
});

it("has a loss alone for numbers", () => {
  const report = clientReport({
    outputs: Float32Array.of(1, 2),
    targets: Float32Array.of(0, 0),
    labels: new Uint8Array(2),
    numOutputs: 1,
    loss: "meanSquaredError",
  });
  expect(report).toEqual({ numSamples: 2, lossSum: 5 });
});
