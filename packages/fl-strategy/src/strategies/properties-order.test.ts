import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipUpdate } from "../hooks/clip-update.js";
import { rejectInvalid } from "../hooks/reject-invalid.js";
import { randomStream } from "../random.js";
import { cloud, updatesOf, watchRound } from "../testing/watch-round.js";
import type { Update } from "../update.js";
import { createStrategy, type StrategyName, strategyNames } from "./registry.js";

// Mutually nearest updates tie in Krum's score where it counts one neighbour, and the tie falls to an id: f = 3 and 15
// updates leave two neighbours to the last pick of Bulyan, and nothing to ids.
const numClients = 15;
const options: Partial<Record<StrategyName, Record<string, unknown>>> = {
  fedprox: { mu: 0.1 },
  fedbuff: { bufferSize: numClients },
  krum: { f: 3 },
  "multi-krum": { f: 3 },
  bulyan: { f: 3 },
  "centered-clipping": { radius: 2 },
};
/** Sums of numbers that are not integers, taken by client id, so that ids move the last bits. */
const nearly: readonly StrategyName[] = [
  "qfedavg",
  "trimmed-mean",
  "bulyan",
  "geometric-median",
  "centered-clipping",
];

function randomUpdates(seed: number, size: number): Update[] {
  const random = randomStream(seed, "numbers");
  return updatesOf(cloud(seed, { count: numClients, size }), () => ({
    numSamples: 1 + random.integer(1000),
    numSteps: 1 + random.integer(20),
    metrics: { initial_loss: 0.1 + random.uniform() },
    vectors: { control: Float32Array.from({ length: size }, () => random.normal()) },
  }));
}

const cases = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 40 }));
const hooks = () => [rejectInvalid(), clipUpdate({ maxNorm: 4 })];

describe.each(strategyNames)("%s", (name) => {
  it("gives bit-equal weights, state and difference in any order of arrival", () => {
    fc.assert(
      fc.property(cases, ([seed, size]) => {
        const updates = randomUpdates(seed, size);
        const strategy = createStrategy(name, options[name]);
        const play = (arrived: readonly Update[]) => {
          const played = watchRound({ strategy, updates: arrived, hooks: hooks() });
          return { ...played, hooks: played.hooks.map(({ counters }) => counters) };
        };
        const want = play(updates);
        const random = randomStream(seed, "order");
        expect(play(updates.toReversed())).toEqual(want);
        expect(play(random.shuffle([...updates]))).toEqual(want);
      }),
      { numRuns: 15 },
    );
  });

  it("does not care which client sent what", () => {
    fc.assert(
      fc.property(cases, ([seed, size]) => {
        const updates = randomUpdates(seed, size);
        const ids = randomStream(seed, "ids").shuffle(updates.map(({ clientId }) => clientId));
        const renamed = updates.map((update, i) => ({ ...update, clientId: ids[i] as string }));
        const strategy = createStrategy(name, options[name]);
        const play = (arrived: readonly Update[]) =>
          watchRound({ strategy, updates: arrived, hooks: hooks() }).weights;
        const [want, got] = [play(updates), play(renamed)];
        if (!nearly.includes(name)) expect(got).toEqual(want);
        const largest = Math.max(...want.map(Math.abs));
        for (const [i, value] of want.entries()) {
          expect(Math.abs((got[i] as number) - value)).toBeLessThanOrEqual(1e-6 * largest);
        }
      }),
      { numRuns: 15 },
    );
  });
});
