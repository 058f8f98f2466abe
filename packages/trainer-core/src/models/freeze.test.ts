import { randomStream } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import { createPlanTrainer } from "../plan/create-plan-trainer.js";
import { freeze, personalize } from "./freeze.js";
import { testingSamples } from "./layers-model/testing-models.js";
import type { ModelSpec } from "./model-spec.js";
import { resolveModel } from "./resolve-model.js";

const spec: ModelSpec = {
  inputShape: [8, 8, 2],
  layers: [
    { type: "layerNormalization", center: false, scale: false },
    { type: "conv2d", filters: 2, kernelSize: 3, padding: "same" },
    { type: "batchNormalization" },
    {
      type: "residual",
      layers: [{ type: "conv2d", filters: 3, kernelSize: 1 }, { type: "batchNormalization" }],
      shortcut: [{ type: "conv2d", filters: 3, kernelSize: 1, name: "shortcut" }],
    },
    { type: "globalAveragePooling2d" },
    { type: "dense", units: 2 },
  ],
};

const layout = resolveModel(spec).layout;

/** The tensors that are not trained by everybody. */
function rolesOf(changed: ModelSpec): Record<string, string> {
  const { layout, weights } = resolveModel(changed);
  return Object.fromEntries(
    layout.tensors.flatMap(({ name, role }, i) =>
      role === "trainable" ? [] : [[name, `${role}${weights[i]?.trainable ? "" : " frozen"}`]],
    ),
  );
}

const moments = Object.fromEntries(
  [1, 2].flatMap((place) =>
    ["moving_mean", "moving_variance"].map((name) => [
      `batchNormalization_${place}/${name}`,
      "statistic frozen",
    ]),
  ),
);

describe("freeze", () => {
  it("keeps names, shapes and places, in blocks as well", () => {
    for (const changed of [freeze(spec, () => true), personalize(spec, () => true)]) {
      const tensors = resolveModel(changed).layout.tensors.map(({ role: _, ...tensor }) => tensor);
      expect(tensors).toEqual(layout.tensors.map(({ role: _, ...tensor }) => tensor));
    }
    expect(resolveModel(spec).layout).toEqual(layout);
  });

  it("freezes the layers that are picked by name or type", () => {
    const frozen = freeze(spec, ({ name, type }) => name === "shortcut" || type === "batchNormalization");
    expect(rolesOf(frozen)).toEqual({
      "batchNormalization_1/gamma": "statistic frozen",
      "batchNormalization_1/beta": "statistic frozen",
      "batchNormalization_2/gamma": "statistic frozen",
      "batchNormalization_2/beta": "statistic frozen",
      "shortcut/kernel": "statistic frozen",
      "shortcut/bias": "statistic frozen",
      ...moments,
    });
  });

  it("gives default names to the predicate", () => {
    expect(rolesOf(freeze(spec, ({ name }) => name === "conv2d_2"))).toEqual({
      "conv2d_2/kernel": "statistic frozen",
      "conv2d_2/bias": "statistic frozen",
      ...moments,
    });
  });

  it("keeps weights and moments of frozen layers while the others learn", async () => {
    const frozen = freeze(spec, ({ type }) => type !== "dense");
    using trainer = createPlanTrainer(frozen);
    const weights = trainer.initialWeights(1);
    const samples = { ...testingSamples(resolveModel(frozen)), labels: Uint8Array.of(0, 1, 0, 1, 0, 1) };
    const trained = await trainer.train(weights, samples, {
      epochs: 2,
      batchSize: 3,
      learningRate: 0.1,
      randomFor: (purpose) => randomStream(1, purpose),
      signal: new AbortController().signal,
    });
    const changed = trainer.layout.tensors.filter(({ offset, size }) =>
      weights.subarray(offset, offset + size).some((value, i) => value !== trained.weights[offset + i]),
    );
    expect(changed.map(({ name }) => name)).toEqual(["dense_1/kernel", "dense_1/bias"]);
  });

  it("asks for layers that have weights", () => {
    expect(() => freeze(spec, "dense_1" as unknown as () => boolean)).toThrow(
      'freeze: expected a function that picks layers, got "dense_1"',
    );
    expect(() => freeze(spec, ({ type }) => type === "layerNormalization")).toThrow(
      "model: freeze: expected a predicate that picks one of conv2d_1, batchNormalization_1, conv2d_2, batchNormalization_2, shortcut, dense_1, got none picked",
    );
    expect(() => personalize(spec, () => false)).toThrow("model: personalize: expected a predicate");
  });
});

describe("personalize", () => {
  it("makes the last layer each client's own", () => {
    expect(rolesOf(personalize(spec, ({ type }) => type === "dense"))).toEqual({
      ...moments,
      "dense_1/kernel": "private",
      "dense_1/bias": "private",
    });
  });

  it("goes together with freezing", () => {
    const frozen = freeze(spec, ({ type }) => type === "conv2d");
    const both = personalize(frozen, ({ name }) => name === "shortcut" || name.startsWith("batch"));
    expect(rolesOf(both)).toMatchObject({
      "conv2d_1/kernel": "statistic frozen",
      "batchNormalization_1/gamma": "private",
      "batchNormalization_2/moving_mean": "private frozen",
      "shortcut/kernel": "private frozen",
    });
  });
});
