import { expect, it } from "vitest";
import { reduceEvents } from "../../live/reduce-events.js";
import { emptyView } from "../../live/run-view.js";
import { completedRun } from "../../live/testing-events.js";
import { durationOf, epochColumns, federatedColumns, roundsCsv, totalOf } from "./round-rows.js";

const { rounds } = reduceEvents(emptyView, completedRun(2));

it("writes what each round cost and brought", () => {
  const [head, first] = roundsCsv(rounds, federatedColumns, "round").split("\n");
  expect(head).toBe(
    "round,clients,ok,rejected,failed,late,train_loss,val_loss,val_auroc,duration_ms,bytes_down,bytes_up",
  );
  expect(first).toBe("1,2,2,0,0,0,0.4,0.3,0.91,900,20,20");
});

it("knows how long an epoch took by when it began and ended", () => {
  const [round] = rounds;
  if (!round) throw new Error("expected a round");
  const { durationMs: _, ...silent } = round;
  const epoch = { ...silent, startedAt: "2026-11-20T10:00:00.000Z", endedAt: "2026-11-20T10:00:02.500Z" };
  expect(durationOf(epoch)).toBe(2_500);
  expect(roundsCsv([epoch], epochColumns, "epoch").split("\n")[1]).toBe("1,0.4,0.3,0.91,,2500");
});

it("adds up what rounds tell, and knows when none does", () => {
  expect(totalOf(rounds, ({ bytesUp }) => bytesUp)).toBe(40);
  expect(totalOf(rounds, ({ about }) => about.none)).toBeUndefined();
});
