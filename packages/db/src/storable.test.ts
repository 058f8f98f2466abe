import { describe, expect, it } from "vitest";
import { storableJson, storableText } from "./storable.js";

describe("storableJson", () => {
  it.each([
    ["a\0b", "a\ufffdb"],
    ["\ud800", "\ufffd"],
    ["\udc00x", "\ufffdx"],
    ["\ud83e\udec1", "\ud83e\udec1"],
    ["\\u0000", "\\u0000"],
    ["\\\0", "\\\ufffd"],
    ["\\\\u0000\\\0", "\\\\u0000\\\ufffd"],
  ])("turns %j into %j", (text, stored) => {
    expect(JSON.parse(storableJson({ [text]: [text] }))).toEqual({ [stored]: [stored] });
  });
});

describe("storableText", () => {
  it("replaces NUL and nothing else", () => {
    expect(storableText("a\0b\0")).toBe("a\ufffdb\ufffd");
    expect(storableText("\\u0000 🫁")).toBe("\\u0000 🫁");
  });
});
