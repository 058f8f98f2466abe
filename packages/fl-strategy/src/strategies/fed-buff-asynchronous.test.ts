import { expect, it } from "vitest";
import { createAggregationState } from "../aggregation-state.js";
import { rejectInvalid } from "../hooks/reject-invalid.js";
import { openRound } from "../round.js";
import { createLayout } from "../weights/layout.js";
import { fedBuff } from "./fed-buff.js";

it("a slow client's work counts rounds later, less, and nobody waits for it", () => {
  const layout = createLayout([{ name: "w", shape: [1] }]);
  const strategy = fedBuff({ bufferSize: 2, maxStaleness: 3 });
  const hooks = [rejectInvalid()];
  const speeds = { fast: 1, faster: 1, slow: 4, asleep: 6 };
  const clients = Object.keys(speeds).map((clientId) => ({ clientId, numSamples: 1 }));
  const train = { epochs: 1, batchSize: 1, learningRate: 0.1 };
  let globalWeights: Float32Array = Float32Array.of(0);
  let state = createAggregationState(strategy, hooks, layout);
  /** Who trains: until when, and from which round's weights. */
  const training = new Map<string, { until: number; round: number }>();
  const seen: string[] = [];

  let time = 0;
  for (let round = 1; round <= 7; round += 1) {
    const opened = openRound({
      strategy,
      hooks,
      state,
      layout,
      globalWeights,
      round,
      clients,
      train,
      seed: 1,
    });
    // Only those who are idle get the round's task; the others still work on an earlier one.
    for (const { clientId } of opened.tasks) {
      if (training.has(clientId)) continue;
      training.set(clientId, { until: time + speeds[clientId as keyof typeof speeds], round });
    }
    while (!opened.isEnough) {
      const next = [...training].find(([, { until }]) => until <= time);
      if (!next) {
        time += 1;
        continue;
      }
      const [clientId, task] = next;
      training.delete(clientId);
      const update = {
        clientId,
        round: task.round,
        layout,
        form: "delta" as const,
        values: Float32Array.of(1),
      };
      const verdict = opened.receive({ ...update, numSamples: 1, metrics: {} });
      seen.push(
        `${round}: ${clientId} of ${task.round}${verdict.status === "accepted" ? "" : ` ${verdict.code}`}`,
      );
    }
    ({ weights: globalWeights, state } = opened.close());
  }

  expect(seen.slice(4)).toEqual([
    "3: fast of 3",
    "3: faster of 3",
    "4: slow of 1",
    "4: fast of 4",
    "5: faster of 4",
    "5: fast of 5",
    "6: asleep of 1 wrong_round",
    "6: fast of 6",
    "6: faster of 6",
    "7: fast of 7",
    "7: faster of 7",
  ]);
  // Five rounds step by 1; three rounds late counts (1 + 3)^-1/2, one round late (1 + 1)^-1/2.
  expect(globalWeights[0]).toBeCloseTo(5 + (0.5 + 1) / 2 + (Math.SQRT1_2 + 1) / 2, 6);
});
