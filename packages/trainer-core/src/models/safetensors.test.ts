import { decodeSafetensors, encodeSafetensors } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { testingModels, testingWeights } from "./layers-model/testing-models.js";
import type { ModelSpec } from "./model-spec.js";
import { resolveModel } from "./resolve-model.js";
import { exportSafetensors, importSafetensors } from "./safetensors.js";

const body = { type: "dense", name: "body", units: 2, useBias: false } as const;
const head = (units: number): ModelSpec => ({
  inputShape: [2],
  layers: [body, { type: "dense", name: "head", units }],
});
const two = resolveModel(head(2));
const three = resolveModel(head(3));

describe("exportSafetensors", () => {
  it.each(Object.keys(testingModels))("is read back: %s", (name) => {
    const { model, weights } = testingWeights(testingModels[name]!);
    const imported = importSafetensors(model, exportSafetensors(model, weights, { round: "7" }));
    expect(imported.weights).toEqual(weights);
    expect(imported.loaded).toEqual(model.layout.tensors.map(({ name }) => name));
    expect([imported.notLoaded, imported.unused]).toEqual([[], []]);
    expect(imported.metadata).toEqual({
      format: "fedloom",
      input_shape: model.inputShape.join(","),
      loss: model.loss,
      round: "7",
    });
  });

  it("takes a model in words as well", () => {
    const weights = Float32Array.from({ length: 10 }, (_, i) => i);
    expect(exportSafetensors(head(2), weights)).toEqual(exportSafetensors(two, weights));
    expect(importSafetensors(head(2), exportSafetensors(two, weights)).weights).toEqual(weights);
  });

  it("writes names and shapes as Keras has them", () => {
    const decoded = decodeSafetensors(exportSafetensors(two, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)));
    const tensors = decoded.ok ? [...decoded.value.tensors.values()] : [];
    expect(tensors.map(({ name, shape, toFloat32 }) => [name, shape, [...toFloat32()]])).toEqual([
      ["body/kernel", [2, 2], [1, 2, 3, 4]],
      ["head/kernel", [2, 2], [5, 6, 7, 8]],
      ["head/bias", [2], [9, 10]],
    ]);
  });

  it("refuses weights of another model", () => {
    expect(() => exportSafetensors(two, new Float32Array(3))).toThrow(
      "weights: length: expected 10 values, got 3",
    );
  });
});

describe("importSafetensors", () => {
  const file = exportSafetensors(two, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));

  it("wants every tensor, with its shape", () => {
    expect(() => importSafetensors(three, file)).toThrow(
      "weights: head/kernel: expected shape [2, 3], got [2, 2]",
    );
    const other = encodeSafetensors([{ name: "body/kernel", shape: [2, 2], values: new Float32Array(4) }]);
    expect(() => importSafetensors(two, other)).toThrow(
      "weights: head/kernel: expected shape [2, 2], got nothing",
    );
    // The same number of values is not enough.
    const flat = encodeSafetensors([{ name: "body/kernel", shape: [4], values: new Float32Array(4) }]);
    expect(() => importSafetensors(two, flat)).toThrow(
      "weights: body/kernel: expected shape [2, 2], got [4]",
    );
  });

  it("takes over what fits for another number of classes", () => {
    const base = new Float32Array(three.layout.size).fill(-1);
    const imported = importSafetensors(three, file, { base });
    expect([...imported.weights]).toEqual([1, 2, 3, 4, -1, -1, -1, -1, -1, -1, -1, -1, -1]);
    expect(imported.loaded).toEqual(["body/kernel"]);
    expect(imported.notLoaded).toEqual([
      { name: "head/kernel", found: [2, 2] },
      { name: "head/bias", found: [2] },
    ]);
    expect(imported.unused).toEqual(["head/kernel", "head/bias"]);
    expect(base.every((value) => value === -1)).toBe(true);
  });

  it("finds tensors under other names", () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const other = encodeSafetensors([
      { name: "encoder.kernel", shape: [2, 2], values },
      { name: "decoder.kernel", shape: [1], values: values.subarray(0, 1) },
    ]);
    const base = new Float32Array(two.layout.size);
    const nameInFile = (name: string) => name.replace("body/", "encoder.");
    const imported = importSafetensors(two, other, { base, nameInFile });
    expect([...imported.weights.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
    expect(imported.unused).toEqual(["decoder.kernel"]);
  });

  it("refuses damaged files, other models' and numbers that are none", () => {
    expect(() => importSafetensors(two, file.subarray(0, 50))).toThrow(
      /weights: file: expected safetensors, got .*header/,
    );
    const foreign = encodeSafetensors([{ name: "x", shape: [1], values: Float32Array.of(1) }]);
    const base = new Float32Array(two.layout.size);
    expect(() => importSafetensors(two, foreign, { base })).toThrow(
      "weights: file: expected a tensor of this model, got x",
    );
    const bad = exportSafetensors(two, Float32Array.of(1, 2, 3, 4, 5, 6, Number.NaN, 8, 9, 10));
    expect(() => importSafetensors(two, bad)).toThrow(
      "weights: head/kernel[2]: expected a finite number, got NaN",
    );
    expect(() => importSafetensors(two, file, { base: new Float32Array(2) })).toThrow(
      "weights: length: expected 10 values, got 2",
    );
  });
});
