import { expect, it } from "vitest";
import { alertOf } from "../testing-alerts.js";
import { mergeAlerts } from "./merge-alerts.js";

it("keeps what was read before, each once, newest first, as it is by now", () => {
  const at = (minute: number) => ({ startedAt: `2026-11-21T10:${minute}:00.000Z` });
  const known = [alertOf("c", at(12)), alertOf("b", at(11)), alertOf("a", at(10))];
  const page = [alertOf("d", at(12)), alertOf("c", { ...at(12), state: "resolved" })];
  const merged = mergeAlerts(known, page);
  expect(merged.map(({ alertId, state }) => [alertId, state])).toEqual([
    ["d", "firing"],
    ["c", "resolved"],
    ["b", "firing"],
    ["a", "firing"],
  ]);
});
