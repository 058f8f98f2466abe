import type { ThinnedSeries } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { sparkPath } from "./spark-path.js";
import { describeTrend, trendOf } from "./trend.js";

const line = (name: string, phase: ThinnedSeries["phase"], values: number[]): ThinnedSeries => ({
  name,
  phase,
  numPoints: values.length,
  numNan: 0,
  points: values.map((value, i) => ({ x: i + 1, value })),
});
const write = (value: number) => value.toFixed(2);

describe("the trend of a run", () => {
  it("is what says most: validation before training, AUC before the rest", () => {
    const lines = [
      line("accuracy", "val", [0.5]),
      line("auroc", "val", [0.6, 0.9]),
      line("loss", "train", [1]),
    ];
    expect(trendOf(lines)).toMatchObject({ label: "validation AUC", numPoints: 2 });
    expect(trendOf(lines.slice(2))).toMatchObject({ label: "training loss" });
    expect(trendOf([line("auroc", "test", [1])])).toBeUndefined();
  });

  it("passes by lines without a number", () => {
    const lines = [line("auroc", "val", [Number.POSITIVE_INFINITY]), line("loss", "val", [1, 0.5])];
    expect(trendOf(lines)?.label).toBe("validation loss");
  });

  it("can be read", () => {
    const trend = trendOf([line("auroc", "val", [0.6, 0.5, 0.9, 0.8])]);
    expect(trend && describeTrend(trend, write)).toBe(
      "validation AUC from 0.60 to 0.80, between 0.50 and 0.90",
    );
    const single = trendOf([line("auroc", "val", [0.6])]);
    expect(single && describeTrend(single, write)).toBe("validation AUC 0.60");
  });
});

describe("a small drawing", () => {
  const box = { width: 100, height: 20, padding: 2 };

  it("fills its box with what there is", () => {
    const points = [
      { x: 1, value: 5 },
      { x: 2, value: 10 },
      { x: 3, value: 0 },
    ];
    expect(sparkPath(points, box)).toEqual({ path: "M2 10L50 2L98 18", end: { x: 98, y: 18 } });
  });

  it("puts a single value and equal ones in the middle", () => {
    expect(sparkPath([{ x: 7, value: 3 }], box).end).toEqual({ x: 98, y: 10 });
    const level = [
      { x: 1, value: 4 },
      { x: 2, value: 4 },
    ];
    expect(sparkPath(level, box).path).toBe("M2 10L98 10");
  });
});
