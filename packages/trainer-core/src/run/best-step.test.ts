import { describe, expect, it } from "vitest";
import { bestByOf, isBetter } from "./best-step.js";

const evaluated = (step: number, metrics: Record<string, number>) => ({ step, metrics, final: {} });

describe("isBetter", () => {
  it("goes by AUROC on validation data; the earlier of equals stays", () => {
    const first = evaluated(1, { val_auroc: 0.8, val_accuracy: 0.9 });
    expect(isBetter(undefined, first)).toBe(true);
    const better = evaluated(2, { val_auroc: 0.9, val_accuracy: 0.1 });
    expect(isBetter(first, better)).toBe(true);
    expect(isBetter(better, evaluated(3, { val_auroc: 0.9 }))).toBe(false);
  });

  it("goes by accuracy where there is no AUROC, and never prefers NaN", () => {
    const first = evaluated(1, { val_accuracy: Number.NaN });
    const second = evaluated(2, { val_accuracy: 0.2 });
    expect(isBetter(first, second)).toBe(true);
    expect(isBetter(second, evaluated(3, { val_accuracy: Number.NaN }))).toBe(false);
  });

  it("goes by what it is asked for, up or down", () => {
    const by = { metric: "val_loss", mode: "min" } as const;
    const first = evaluated(1, { val_loss: 2, val_auroc: 0.9 });
    expect(isBetter(first, evaluated(2, { val_loss: 1, val_auroc: 0.1 }), by)).toBe(true);
    expect(isBetter(first, evaluated(2, { val_loss: 3, val_auroc: 1 }), by)).toBe(false);
  });

  it("knows no best by a metric that is not there", () => {
    const first = evaluated(1, { val_loss: 2 });
    expect(isBetter(undefined, first, { metric: "val_acc", mode: "max" })).toBe(false);
  });

  it("knows no best without an evaluation", () => {
    expect(isBetter(undefined, evaluated(1, { train_loss: 1 }))).toBe(false);
    expect(bestByOf({ train_loss: 1 })).toBeUndefined();
  });
});
