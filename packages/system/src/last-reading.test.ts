import { describe, expect, it, vi } from "vitest";
import { LastReading } from "./last-reading.js";

describe("LastReading", () => {
  it("keeps the last value while reading fails, and tells so once, and when it works again", async () => {
    const onFailure = vi.fn();
    const results: (number | Error)[] = [
      1,
      new Error("away"),
      new Error("still away"),
      2,
      new Error("again"),
    ];
    const read = async () => {
      const result = results.shift();
      if (result instanceof Error) throw result;
      return result ?? 0;
    };
    const reading = new LastReading({ read, first: 0, onFailure });
    const values: number[] = [];
    while (results.length > 0) values.push(await reading.read());
    expect(values).toEqual([1, 1, 1, 2, 2]);
    expect(onFailure.mock.calls).toEqual([["away"], [undefined], ["again"]]);
  });

  it("does not wait for one that hangs, and begins no second one meanwhile", async () => {
    const onFailure = vi.fn();
    const answers: ((value: number) => void)[] = [];
    const read = () => new Promise<number>((resolve) => answers.push(resolve));
    const reading = new LastReading({ read, first: 7, onFailure, patienceMs: 5 });
    expect([await reading.read(), await reading.read()]).toEqual([7, 7]);
    expect(answers).toHaveLength(1);
    expect(onFailure.mock.calls).toEqual([["no answer within 5 ms"]]);
    answers[0]?.(8);
    expect(await reading.read()).toBe(8);
  });
});
