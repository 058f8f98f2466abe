import { describe, expect, it } from "vitest";
import { bestPlaces, resultGroups } from "./compare-results.js";
import { reachedAt } from "./target-rows.js";
import { comparedRun, valLine } from "./testing-compared-run.js";

const first = comparedRun("a", {
  lines: [valLine("auroc", [0.5, 0.9, 0.8]), valLine("loss", [1, 0.4, 0.6])],
  places: { steps: [1, 2, 3], seconds: [5, 9, 20], bytes: [10, 20, 30], samples: [100, 200, 300] },
  record: { summary: { duration_seconds: 21, final_metrics: { test_auroc: 0.85, test_loss: "NaN" } } },
});
const second = comparedRun("b", {
  lines: [valLine("auroc", [0.6, 0.7])],
  places: { steps: [1, 2], seconds: [3, 6], bytes: [0, 0], samples: undefined },
  record: { mode: "centralized", step: 2 },
});
const groups = resultGroups([first, second], "val", { metric: "auroc", value: 0.65 });
const rows = (title: string) => groups.find((group) => group.title.startsWith(title))?.rows ?? [];
const row = (title: string, label: string) => rows(title).find((each) => each.label === label);

describe("results beside each other", () => {
  it("tell final, best and newest values", () => {
    expect(rows("Test data").map(({ label }) => label)).toEqual(["AUC"]);
    expect(row("Test data", "AUC")?.values).toEqual([0.85, undefined]);
    expect(row("Validation data, best", "AUC")).toMatchObject({
      values: [0.9, 0.7],
      notes: ["round 2", "epoch 2"],
    });
    expect(row("Validation data, best", "Loss")?.values).toEqual([0.4, undefined]);
    expect(row("Validation data, newest", "Loss")?.values).toEqual([0.6, undefined]);
  });

  it("tell what it took, also of a run that goes on", () => {
    expect(row("What it took", "Duration")?.values).toEqual([21, 6]);
    expect(row("What it took", "Bytes sent")?.values).toEqual([30, undefined]);
    expect(row("What it took", "Samples seen")?.values).toEqual([300, undefined]);
  });

  it("tell what it took until the target", () => {
    expect(groups.at(-1)?.title).toBe("Until AUC ≥ 0.650");
    expect(row("Until", "Rounds or epochs")?.values).toEqual([2, 2]);
    expect(row("Until", "Time")?.values).toEqual([9, 6]);
    expect(resultGroups([first], "val", { metric: "auroc", value: undefined })).toHaveLength(4);
  });

  it("mark the best, lower or higher, and nobody where all are equal or alone", () => {
    const best = (values: (number | undefined)[], isLowerBetter: boolean | undefined) => [
      ...bestPlaces({ label: "", values, isLowerBetter, write: String }),
    ];
    expect(best([1, 3, 3, undefined, Number.NaN], false)).toEqual([1, 2]);
    expect(best([1, 3], true)).toEqual([0]);
    expect(best([3, 3], true)).toEqual([]);
    expect(best([3, undefined], true)).toEqual([]);
    expect(best([1, 3], undefined)).toEqual([]);
  });
});

describe("reachedAt", () => {
  it("finds the first value that is as good, and says when others may be missing", () => {
    expect(reachedAt(valLine("auroc", [0.5, 0.9, 0.8]), 0.8, false)).toEqual({ x: 2, isExact: true });
    expect(reachedAt(valLine("loss", [1, 0.4]), 0.5, true)).toEqual({ x: 2, isExact: true });
    expect(reachedAt({ ...valLine("auroc", [0.5, 0.9]), numPoints: 900 }, 0.8, false)?.isExact).toBe(false);
    expect(reachedAt(valLine("auroc", [0.5]), 0.8, false)).toBeUndefined();
    expect(reachedAt(undefined, 0.8, false)).toBeUndefined();
  });
});
