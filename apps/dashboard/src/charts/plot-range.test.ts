import { describe, expect, it } from "vitest";
import { wholeRange, yBounds, zoomed } from "./plot-range.js";

describe("the whole of x", () => {
  it("has room for rounds that are planned", () => {
    expect(wholeRange([[1, 2]], { kind: "round", lastX: 10 })).toEqual([0.75, 10.25]);
    expect(wholeRange([], { kind: "round", lastX: undefined })).toEqual([0.75, 2.25]);
  });

  it("covers all lines, and is never without width", () => {
    expect(wholeRange([[5, 9], [], [2, 7]], { kind: "step", lastX: undefined })).toEqual([2, 9]);
    expect(wholeRange([[5]], { kind: "bytes", lastX: undefined })).toEqual([5, 6]);
    expect(wholeRange([], { kind: "duration", lastX: undefined })).toEqual([0, 1]);
  });
});

describe("the room of y", () => {
  const linear = { isLog: false };

  it("follows the values, small and negative ones too", () => {
    const [low, high] = yBounds(-0.0002, 0.0001, linear);
    expect(low).toBeGreaterThan(-0.0003);
    expect(high).toBeLessThan(0.0002);
    expect(yBounds(0.001, 1, linear)[0]).toBe(0);
  });

  it("keeps shares within 1, and what is given as it is", () => {
    expect(yBounds(0.5, 0.99, { isLog: false, isShare: true })[1]).toBe(1);
    expect(yBounds(20, 30, { isLog: false, yRange: [0, 100] })).toEqual([0, 100]);
  });

  it("is there without values, and where all are the same", () => {
    expect(yBounds(null, null, linear)).toEqual([0, 1]);
    const [low, high] = yBounds(0.01, 0.01, linear);
    expect(low).toBeLessThan(0.01);
    expect(high).toBeGreaterThan(0.01);
  });

  it("never reaches 0 on a logarithmic scale", () => {
    expect(yBounds(0.001, 10, { isLog: true })[0]).toBeGreaterThan(0);
  });
});

describe("zooming", () => {
  const whole = [0, 100] as const;

  it("keeps in place what is pointed at", () => {
    expect(zoomed([0, 100], { around: 25, factor: 0.5, whole })).toEqual([12.5, 62.5]);
  });

  it("stays within the whole, and ends at it", () => {
    expect(zoomed([60, 100], { around: 100, factor: 2, whole })).toEqual([20, 100]);
    expect(zoomed([40, 100], { around: 50, factor: 2, whole })).toBeUndefined();
  });
});
