import { describe, expect, it } from "vitest";
import { figuresOf, wordsOf } from "./part-words.js";

describe("figuresOf", () => {
  it("says figures by their units", () => {
    const figures = { latency_ms: 1.4, delay_max_ms: 2_500, free_bytes: 62e9, waiting: 3 };
    expect(figuresOf({ status: "ok", figures })).toEqual([
      "answers within 1 ms",
      "at most 2.5 s",
      "62.0 GB free",
      "3 waiting",
    ]);
    expect(figuresOf({ status: "off" })).toEqual([]);
  });
});

describe("wordsOf", () => {
  it("names parts that it does not know", () => {
    expect(wordsOf("event_loop").title).toBe("Response");
    expect(wordsOf("new_part").title).toBe("new part");
  });
});
