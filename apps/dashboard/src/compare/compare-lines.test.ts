import { describe, expect, it } from "vitest";
import { compareLines, runsWithoutPlace } from "./compare-lines.js";
import { styleOf } from "./line-style.js";
import { comparedRun, valLine } from "./testing-compared-run.js";

const places = { steps: [1, 2, 3], seconds: [5, 9, 20], bytes: [10, 20, 30], samples: undefined };
const federated = comparedRun("a", { lines: [valLine("auroc", [0.5, 0.7, 0.9])], places });
const central = comparedRun("b", {
  lines: [valLine("auroc", [0.6, 0.8])],
  places: { steps: [1, 2], seconds: [3, 6], bytes: [0, 0], samples: [100, 200] },
  record: { mode: "centralized" },
});
const styles = new Map([
  ["a", styleOf(0)],
  ["b", styleOf(8)],
]);
const linesOver = (axis: "step" | "seconds" | "bytes" | "samples") =>
  compareLines([federated, central], "auroc", { axis, smoothing: "0", styles });

describe("lines of a comparison", () => {
  it("stand beside each other by round or epoch, each in its look", () => {
    expect(linesOver("step")).toEqual([
      {
        key: "a",
        label: "run a",
        colour: "series-1",
        dashed: false,
        x: [1, 2, 3],
        y: [0.5, 0.7, 0.9],
        numPoints: 3,
      },
      { key: "b", label: "run b", colour: "series-1", dashed: true, x: [1, 2], y: [0.6, 0.8], numPoints: 2 },
    ]);
    expect(compareLines([federated], "f1", { axis: "step", smoothing: "0", styles })).toEqual([]);
  });

  it("stand over the time that was taken", () => {
    expect(linesOver("seconds").map(({ x }) => x)).toEqual([
      [5, 9, 20],
      [3, 6],
    ]);
  });

  it("leave out who sends nothing, or does not tell", () => {
    expect(linesOver("bytes").map(({ key }) => key)).toEqual(["a"]);
    expect(linesOver("samples").map(({ key }) => key)).toEqual(["b"]);
    expect(runsWithoutPlace([federated, central], "bytes")).toEqual([central]);
    expect(runsWithoutPlace([federated, central], "samples")).toEqual([federated]);
    expect(runsWithoutPlace([federated, central], "step")).toEqual([]);
  });

  it("wait for the place of the newest value", () => {
    const ahead = { ...federated, places: { ...places, steps: [1, 2], seconds: [5, 9] } };
    const [line] = compareLines([ahead], "auroc", { axis: "seconds", smoothing: "0", styles });
    expect(line?.x).toEqual([5, 9]);
  });
});
