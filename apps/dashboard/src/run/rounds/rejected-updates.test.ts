import { expect, it } from "vitest";
import type { ClientRound } from "../../live/run-view.js";
import { causes } from "./rejected-updates.js";

const client = (clientId: string, status: ClientRound["status"], error?: string): [string, ClientRound] => [
  clientId,
  { clientId, status, ...(error && { error }) },
];

it("gathers causes, the most frequent first, with the newest whom they befell", () => {
  const clients = new Map([
    [1, new Map([client("a", "rejected", "not finite"), client("b", "ok"), client("c", "timeout")])],
    [2, new Map([client("a", "rejected", "not finite"), client("b", "training")])],
  ]);
  expect(causes(clients)).toEqual([
    {
      status: "rejected",
      error: "not finite",
      number: 2,
      examples: [
        { round: 2, clientId: "a" },
        { round: 1, clientId: "a" },
      ],
    },
    { status: "timeout", error: "no reason was given", number: 1, examples: [{ round: 1, clientId: "c" }] },
  ]);
});

it("names only a few of very many", () => {
  const clients = new Map([
    [1, new Map(Array.from({ length: 500 }, (_, i) => client(`c${i}`, "failed", "x")))],
  ]);
  expect(causes(clients)).toMatchObject([{ number: 500, examples: { length: 5 } }]);
});
