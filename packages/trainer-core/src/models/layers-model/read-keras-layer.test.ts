import { expect, it } from "vitest";
import { conv, dense, refusalOf, sequential, withConfig } from "./testing-topologies.js";

it.each([
  ["nothing", undefined, "invalid_model: model.json: modelTopology: expected an object, got undefined"],
  [
    "another class",
    { class_name: "GraphModel", config: {} },
    'model_unsupported: model.json: modelTopology.class_name: expected Sequential, Model or Functional, got "GraphModel"',
  ],
  [
    "no layers",
    sequential(),
    "invalid_model: model.json: modelTopology.config.layers: expected at least one layer, got none",
  ],
  [
    "layers that are text",
    { class_name: "Sequential", config: { layers: "all" } },
    'invalid_model: model.json: modelTopology.config.layers: expected a list of at most 20000, got "all"',
  ],
  [
    "a layer that is none",
    sequential(null),
    "invalid_model: model.json: layer: expected an object, got null",
  ],
  [
    "a layer without a name",
    sequential({ class_name: "Dense", config: {} }),
    "invalid_model: model.json: layer: name: expected text, got undefined",
  ],
  [
    "no input shape",
    sequential({ class_name: "Dense", config: { name: "d" } }),
    'invalid_model: model.json: layer "d": batch_input_shape: expected a list of at most 5, got undefined',
  ],
  [
    "an open input",
    sequential(withConfig(conv, { batch_input_shape: [null, null, null, 1] })),
    'model_unsupported: model.json: layer "c": batch_input_shape: expected sizes that are known, got [null,null,null,1]',
  ],
  [
    "a lambda",
    sequential({ class_name: "Lambda", config: { name: "f", function: "x", batch_input_shape: [null, 1] } }),
    'got "Lambda"',
  ],
  [
    "a class from a prototype",
    sequential({ class_name: "toString", config: { name: "f", batch_input_shape: [null, 1] } }),
    'got "toString"',
  ],
  [
    "units that are text",
    sequential(withConfig(dense, { units: "9" })),
    'invalid_model: model.json: layer "d" (Dense): units: expected a number, got "9"',
  ],
  [
    "half a unit",
    sequential(withConfig(dense, { units: 0.5 })),
    'invalid_model: model: layer "d": units: expected an integer >= 1, got 0.5',
  ],
  [
    "huge layers",
    sequential(withConfig(dense, { units: 1e12 })),
    'invalid_model: model: layer "d": output: expected at most 268435456 values, got [1000000000000]',
  ],
  [
    "a foreign activation",
    sequential(withConfig(dense, { activation: "mish" })),
    'model_unsupported: model.json: layer "d" (Dense): activation: expected one of linear, relu, relu6, elu, selu, gelu, swish, silu, sigmoid, tanh, got "mish"',
  ],
  [
    "a regularizer",
    sequential(withConfig(dense, { kernel_regularizer: { class_name: "L1L2" } })),
    'model_unsupported: model.json: layer "d" (Dense): kernel_regularizer: expected none, got {"class_name":"L1L2"}',
  ],
  [
    "dilation",
    sequential(withConfig(conv, { dilation_rate: [2, 2] })),
    'model_unsupported: model.json: layer "c" (Conv2D): dilation_rate: expected 1 or [1,1], got [2,2]',
  ],
  [
    "channels first",
    sequential(withConfig(conv, { data_format: "channels_first" })),
    'model_unsupported: model.json: layer "c" (Conv2D): data_format: expected "channels_last", got "channels_first"',
  ],
  [
    "a softmax in the middle",
    sequential(withConfig(dense, { activation: "softmax" }), withConfig(dense, { name: "e" })),
    'model_unsupported: model.json: layer "d": expected softmax as the last of all, got layers after it',
  ],
  [
    "a norm over another axis",
    sequential(
      {
        class_name: "BatchNormalization",
        config: { name: "b", axis: 1, batch_input_shape: [null, 2, 2, 1] },
      },
      { class_name: "Flatten", config: { name: "f" } },
    ),
    'model_unsupported: model.json: layer "b": axis: expected the last of 3, or all, got one of 1',
  ],
])("refuses %s", (_, topology, message) => {
  expect(refusalOf(topology)).toContain(message);
});
