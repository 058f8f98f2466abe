import { expect, it } from "vitest";
import { chartCsv } from "./chart-csv.js";

it("has every value in full, in columns by line", () => {
  const lines = [
    { key: "a", label: "Loss, train", colour: "train" as const, x: [1, 2], y: [0.123456789, null] },
    { key: "b", label: '=HYPERLINK("x")', colour: "test" as const, x: [2], y: [Number.NaN] },
  ];
  expect(chartCsv(lines, "round").split("\n")).toEqual([
    'round,"Loss, train","\'=HYPERLINK(""x"")"',
    "1,0.123456789,",
    "2,,NaN",
  ]);
});

it("writes times so that every program reads them", () => {
  const line = { key: "a", label: "cpu", colour: "train" as const, x: [Date.UTC(2026, 0, 2)], y: [5] };
  expect(chartCsv([line], "time")).toBe("time,cpu\n2026-01-02T00:00:00.000Z,5");
});
