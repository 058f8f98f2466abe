import { expect, it } from "vitest";
import { formatDuration } from "./duration.js";

it.each([
  [0, "0:00:00"],
  [59.999, "0:00:59"],
  [3_661, "1:01:01"],
  [360_000, "100:00:00"],
  [-1, "0:00:00"],
])("formats %d seconds as %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
