import { expect, it } from "vitest";
import { MAX_SPREAD_METRICS } from "./bounds.js";
import { spreadOf } from "./round-spread.js";
import type { ClientRound } from "./run-view.js";

const client = (clientId: string, metrics: Record<string, number>): ClientRound => ({
  clientId,
  status: "ok",
  metrics,
});

it("tells where most values lie, and whose are the extremes", () => {
  const clients = [5, 1, 2, 4, 3].map((loss) => client(`c${loss}`, { train_loss: loss }));
  clients.push(client("odd", { train_loss: Number.NaN }), client("silent", {}));
  expect(spreadOf(7, clients).get("train_loss")).toEqual({
    round: 7,
    numClients: 5,
    numNotFinite: 1,
    min: 1,
    p10: 1,
    median: 3,
    p90: 5,
    max: 5,
    minClientId: "c1",
    maxClientId: "c5",
  });
});

it("leaves out a metric without a finite value, and begins with the loss where there are many", () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, i]));
  const spread = spreadOf(1, [client("a", { ...many, train_loss: 1 })]);
  expect(spread.size).toBe(MAX_SPREAD_METRICS);
  expect([...spread.keys()][0]).toBe("train_loss");
  expect(spreadOf(1, [client("a", { train_loss: Number.POSITIVE_INFINITY })]).size).toBe(0);
});
