import { expect, it } from "vitest";
import type { ClientRound } from "../../live/run-view.js";
import { causesOf } from "./causes-of.js";
import { outliersOf } from "./outliers.js";

const clients = (numbers: number[], key: "trainLoss" | "durationMs" | "numSamples"): ClientRound[] =>
  numbers.map((value, i) => ({ clientId: `c${i}`, status: "ok", [key]: value }));

it("finds who is far out, and says in what", () => {
  const told = clients([1, 1.1, 0.9, 1.05, 0.95, 1.02, 9], "trainLoss");
  told[6] = { ...(told[6] as ClientRound), durationMs: 5 };
  expect(outliersOf(told)).toEqual(new Map([["c6", ["loss"]]]));
  expect(outliersOf(clients([400, 420, 380, 410, 390, 5], "numSamples")).get("c5")).toEqual(["samples"]);
});

it("takes a few for no outliers, and never those that are alike", () => {
  expect(outliersOf(clients([1, 1, 50], "durationMs")).size).toBe(0);
  expect(outliersOf(clients([7, 7, 7, 7, 7, 7], "durationMs")).size).toBe(0);
  expect([...outliersOf(clients([7, 7, 7, 7, 7, 7, 7, 7, 70], "durationMs")).keys()]).toEqual(["c8"]);
});

it("takes a loss that is no number for one", () => {
  expect(outliersOf(clients([1, Number.NaN], "trainLoss"))).toEqual(new Map([["c1", ["loss"]]]));
});

it("says each cause once, the most frequent first", () => {
  const failed = (clientId: string, error: string): ClientRound => ({ clientId, status: "failed", error });
  const told = [
    failed("a", "no room"),
    failed("b", "killed"),
    failed("c", "killed"),
    ...clients([1], "trainLoss"),
  ];
  expect(causesOf(told)).toEqual([
    { status: "failed", error: "killed", numClients: 2 },
    { status: "failed", error: "no room", numClients: 1 },
  ]);
});
