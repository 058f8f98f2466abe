import { randomStream } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import { type ResolvedModel, resolveModel } from "../models/resolve-model.js";
import type { LocalTrainOptions } from "../training/local-trainer.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { trainedRanges } from "./optimizer-step.js";
import { gradientOf, oneStep, randomSamples, randomWeights } from "./testing-gradients.js";

const model = resolveModel({
  inputShape: [5],
  layers: [
    { type: "dense", units: 7, activation: "tanh" },
    { type: "dense", units: 3 },
  ],
});
const samples = randomSamples(model, 8);
const weights = randomWeights(model);

/** A rule in double precision that moves one weight; its state is its own. */
type Rule = (w: number, g: number, step: number, state: number[]) => number;

/** Weights after some steps of a rule on the gradients that the plan gives at each. */
async function byHand(rule: Rule, numSteps: number): Promise<Float64Array> {
  using trainer = createPlanTrainer(model);
  const expected = Float64Array.from(weights);
  const states = Array.from(expected, () => [0, 0]);
  for (let step = 1; step <= numSteps; step += 1) {
    const gradient = await gradientOf(trainer, Float32Array.from(expected), samples);
    for (const [i, g] of gradient.entries()) {
      expected[i] = rule(expected[i] as number, g, step, states[i] as number[]);
    }
  }
  return expected;
}

async function byPlan(options: Partial<LocalTrainOptions>, numSteps: number): Promise<Float32Array> {
  using trainer = createPlanTrainer(model);
  const epochs = numSteps;
  const { weights: after } = await trainer.train(weights, samples, {
    ...oneStep(8, 0.1),
    epochs,
    ...options,
  });
  return after;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; i += 1) {
    most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
  }
  return most;
}

async function expectSame(optimizer: OptimizerSpec, rule: Rule) {
  const [planned, expected] = [await byPlan({ optimizer }, 4), await byHand(rule, 4)];
  expect(largestDifference(planned, weights)).toBeGreaterThan(0.01);
  expect(largestDifference(planned, expected)).toBeLessThan(2e-6);
}

describe("optimizers of the plan, against their formulas in double precision", () => {
  it("plain SGD, with weight decay", async () => {
    await expectSame({ name: "sgd" }, (w, g) => w - 0.1 * g);
    await expectSame({ name: "sgd", weightDecay: 0.3 }, (w, g) => w - 0.1 * (g + 0.3 * w));
  });

  it("momentum, plain and Nesterov's, with weight decay", async () => {
    const step = (state: number[], g: number) => {
      state[0] = 0.9 * (state[0] as number) + g;
      return state[0];
    };
    await expectSame({ name: "sgd", momentum: 0.9 }, (w, g, _, state) => w - 0.1 * step(state, g));
    const nesterov = { name: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0.2 } as const;
    await expectSame(nesterov, (w, gradient, _, state) => {
      const g = gradient + 0.2 * w;
      return w - 0.1 * (g + 0.9 * step(state, g));
    });
  });

  it("Adam, with decoupled weight decay", async () => {
    const rule =
      (beta1: number, beta2: number, epsilon: number, decay: number): Rule =>
      (w, g, step, state) => {
        state[0] = beta1 * (state[0] as number) + (1 - beta1) * g;
        state[1] = beta2 * (state[1] as number) + (1 - beta2) * g * g;
        const first = state[0] / (1 - beta1 ** step);
        const second = state[1] / (1 - beta2 ** step);
        return w - 0.1 * decay * w - (0.1 * first) / (Math.sqrt(second) + epsilon);
      };
    await expectSame({ name: "adam", epsilon: 1e-3 }, rule(0.9, 0.999, 1e-3, 0));
    const adamw = { name: "adam", beta1: 0.8, beta2: 0.9, epsilon: 0.01, weightDecay: 0.5 } as const;
    await expectSame(adamw, rule(0.8, 0.9, 0.01, 0.5));
  });

  it("the proximal term pulls to the weights at the start", async () => {
    const planned = await byPlan({ proximalMu: 2 }, 3);
    const start = [...weights];
    let place = 0;
    const expected = await byHand((w, g, _, state) => {
      // The state remembers which weight it is of.
      if (state.length === 2) state.push(start[place++] as number);
      return w - 0.1 * (g + 2 * (w - (state[2] as number)));
    }, 3);
    expect(largestDifference(planned, expected)).toBeLessThan(2e-6);
  });

  it("a correction is added, and steps are those of plain SGD", async () => {
    const random = randomStream(5, "correction");
    const gradientCorrection = weights.map(() => random.normal());
    const planned = await byPlan({ gradientCorrection, optimizer: { name: "adam" } }, 3);
    let place = 0;
    const expected = await byHand((w, g, _, state) => {
      if (state.length === 2) state.push(gradientCorrection[place++] as number);
      return w - 0.1 * (g + (state[2] as number));
    }, 3);
    expect(largestDifference(planned, expected)).toBeLessThan(2e-6);
    // At the weights of the start the proximal term is 0.
    const both = await byPlan({ gradientCorrection, proximalMu: 3 }, 1);
    expect(largestDifference(both, await byPlan({ gradientCorrection }, 1))).toBeLessThan(1e-6);
    const none = {
      gradientCorrection: new Float32Array(weights.length),
      optimizer: { name: "adam" },
    } as const;
    expect([...(await byPlan(none, 2))]).toEqual([...(await byPlan({}, 2))]);
  });

  it("learning rates follow the epochs", async () => {
    const rates: number[] = [];
    const learningRateAt = (epoch: number) => 1 / epoch;
    await byPlan({ learningRateAt, onEpochEnd: ({ learningRate }) => rates.push(learningRate) }, 3);
    expect(rates).toEqual([0.1, 0.05, 0.1 * (1 / 3)]);
  });

  it("goes over neighbours that are trained as one", () => {
    const layers: ResolvedModel = resolveModel({
      inputShape: [4],
      layers: [
        { type: "dense", units: 3 },
        { type: "dense", units: 2, trainable: false },
        { type: "batchNormalization" },
        { type: "dense", units: 2 },
      ],
    });
    // 15 of the first; 8 frozen; gamma and beta; 4 moments; 6 of the last.
    expect([...trainedRanges(layers)]).toEqual([0, 15, 23, 4, 31, 6]);
    expect([...trainedRanges(model)]).toEqual([0, model.layout.size]);
  });
});
