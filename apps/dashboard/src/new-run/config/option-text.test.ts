import type { OptionDescription } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { textOf, valueOfText } from "./option-text.js";
import { randomConfig, randomNumbers } from "./testing-configs.js";

const of = (kind: OptionDescription["kind"], example?: unknown) => ({ kind, example });

describe("the text of a field", () => {
  it("means the value that it was made of", () => {
    const random = randomNumbers(3);
    for (let i = 0; i < 300; i += 1) {
      const config = randomConfig(random);
      for (const value of [config.seed, config.learning_rate, random() * 1e-12, -random() * 1e30]) {
        expect(valueOfText(of("number"), textOf(of("number"), value))).toBe(value);
      }
      for (const value of [config.strategy_options, config.augment, config.data_options]) {
        expect(valueOfText(of("object"), textOf(of("object"), value))).toEqual(value);
      }
      for (const value of [config.tags, [config.tags ?? 1], [random(), 2], []]) {
        expect(valueOfText(of("list"), textOf(of("list"), value))).toEqual(value);
      }
    }
  });

  it("is no value when it is empty, and itself when it means nothing", () => {
    for (const kind of ["number", "integer", "text", "choice", "list", "object"] as const) {
      expect(valueOfText(of(kind), "  ")).toBeUndefined();
    }
    expect(valueOfText(of("number"), "1e")).toBe("1e");
    expect(valueOfText(of("number"), "0x10")).toBe("0x10");
    expect(valueOfText(of("number"), "Infinity")).toBe("Infinity");
    expect(valueOfText(of("object"), "[1]")).toBe("[1]");
    expect(valueOfText(of("object"), "{kind: 1}")).toBe("{kind: 1}");
    expect(valueOfText(of("list"), "[1")).toBe("[1");
  });

  it("may leave out the brackets of a list, and the quotes of words", () => {
    expect(valueOfText(of("list", ["*/bias"]), "conv*, */bias,")).toEqual(["conv*", "*/bias"]);
    expect(valueOfText(of("list", [1]), "1, 2")).toEqual([1, 2]);
    expect(valueOfText(of("list", [1]), "one")).toBe("one");
  });
});
