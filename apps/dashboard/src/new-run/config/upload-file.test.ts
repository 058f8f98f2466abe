import { expect, it } from "vitest";
import { kindOfFile, refusalOfFile } from "./upload-file.js";

it("takes what the server takes", () => {
  expect(kindOfFile("A.NPZ")).toBe("npz");
  expect(kindOfFile("table.csv")).toBe("csv");
  expect(refusalOfFile({ name: "table.csv", size: 1_000 }, 1_000)).toBeUndefined();
});

it("refuses before anything is sent", () => {
  expect(refusalOfFile({ name: "a.zip", size: 1 }, 10)).toBe(
    "Expected a file that ends in .npz or .csv, received a.zip.",
  );
  expect(refusalOfFile({ name: "a.csv", size: 0 }, 10)).toBe(
    "Expected samples, received the empty file a.csv.",
  );
  expect(refusalOfFile({ name: "a.csv", size: 2_000 }, 1_000)).toBe(
    "Expected at most 1.0 kB, received 2.0 kB.",
  );
});
