import { expect, it } from "vitest";
import { table } from "./table.js";

it("puts columns below each other, without spaces at the end", () => {
  expect(
    table(
      ["run", "name"],
      [
        ["1", "a"],
        ["22", ""],
      ],
    ),
  ).toEqual(["run  name", "1    a", "22"]);
});

it("makes control characters and turned text visible, and cuts what is long, but not in the last column", () => {
  const long = "x".repeat(60);
  const [, row = ""] = table(["name", "notes"], [[`\u001b[31m\u202e${long}`, `a\nb${long}`]]);
  expect(row).toBe(`\ufffd[31m\ufffd${"x".repeat(33)}…  a\ufffdb${long}`);
});
