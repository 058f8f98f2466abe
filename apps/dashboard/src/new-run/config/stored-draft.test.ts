import { describe, expect, it } from "vitest";
import { draftOfText } from "./stored-draft.js";

const stored = { config: { seed: 2 }, source: "upload", upload: { name: "a.csv", numBytes: 3 } };

describe("a form that was left", () => {
  it("is filled in again", () => {
    expect(draftOfText(JSON.stringify(stored), undefined)).toEqual(stored);
    expect(draftOfText(JSON.stringify({ ...stored, origin: "01A" }), "01A")).toEqual(stored);
  });

  it("is not that of another beginning", () => {
    expect(draftOfText(JSON.stringify(stored), "01A")).toBeUndefined();
    expect(draftOfText(JSON.stringify({ ...stored, origin: "01A" }), undefined)).toBeUndefined();
  });

  it("is none where something else is stored", () => {
    for (const text of [
      null,
      "{}",
      "[]",
      '"text"',
      '{"config":[],"source":"path"}',
      '{"config":{},"source":"x"}',
    ]) {
      expect(draftOfText(text, undefined)).toBeUndefined();
    }
  });
});
