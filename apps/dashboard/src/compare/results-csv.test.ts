import { expect, it } from "vitest";
import { resultsCsv } from "./results-csv.js";

it("writes measures as lines, with names that are no formulas", () => {
  const runs = [
    { runId: "A", name: '=cmd|"x"' },
    { runId: "B", name: "one, two" },
  ];
  const row = { label: "AUC", values: [0.91234, undefined], write: String, isLowerBetter: false };
  expect(resultsCsv(runs, [{ title: "Test data", rows: [row, { ...row, values: [-1, Number.NaN] }] }])).toBe(
    `group,measure,"'=cmd|""x""","one, two"\n,run_id,A,B\nTest data,AUC,0.91234,\nTest data,AUC,-1,NaN\n`,
  );
});
