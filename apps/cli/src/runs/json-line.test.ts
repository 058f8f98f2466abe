import { expect, it } from "vitest";
import { jsonLine } from "./json-line.js";

it("is one line without characters that steer a terminal, and reads back as the same", () => {
  const value = { name: "a\u001b[2J\n\u009b1m\u202eb\u007f" };
  const line = jsonLine(value);
  expect(line).toBe(String.raw`{"name":"a\u001b[2J\n\u009b1m\u202eb\u007f"}`);
  expect(JSON.parse(line)).toEqual(value);
});
