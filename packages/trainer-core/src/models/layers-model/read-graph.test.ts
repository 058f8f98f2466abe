import { expect, it } from "vitest";
import { graph, refusalOf } from "./testing-topologies.js";

it.each([
  [
    "a name twice",
    graph([
      ["x", "InputLayer"],
      ["y", "Dense", "x"],
      ["y", "Dense", "x"],
    ]),
    'expected a name for each, got "y" twice',
  ],
  [
    "a circle",
    graph([
      ["x", "InputLayer"],
      ["y", "Dense", "y"],
    ]),
    'layer "y": inbound_nodes: expected a layer that stands before it, got "y"',
  ],
  [
    "an unknown input",
    graph([
      ["x", "InputLayer"],
      ["y", "Dense", "z"],
    ]),
    'expected a layer that stands before it, got "z"',
  ],
  [
    "no input",
    graph([
      ["x", "InputLayer"],
      ["y", "Dense"],
    ]),
    'layer "y": inbound_nodes: expected one use of each layer, got 0',
  ],
  [
    "two inputs",
    graph([
      ["x", "InputLayer"],
      ["w", "InputLayer"],
      ["y", "Add", "x", "w"],
    ]),
    'model_unsupported: model.json: input_layers: expected one input, got "x" and "w"',
  ],
  [
    "a sum of three",
    graph([
      ["x", "InputLayer"],
      ["a", "Dense", "x"],
      ["y", "Add", "x", "a", "x"],
    ]),
    'model_unsupported: model.json: layer "y": inbound_nodes: expected two inputs, got 3',
  ],
  [
    "twice the same",
    graph([
      ["x", "InputLayer"],
      ["y", "Add", "x", "x"],
    ]),
    'model_unsupported: model.json: layer "y": expected two ways to it, got the same twice',
  ],
  [
    "a layer beside",
    graph([
      ["x", "InputLayer"],
      ["a", "Dense", "x"],
      ["y", "Dense", "x"],
    ]),
    'model_unsupported: model.json: layer "a": expected a layer on the way to the output, got one beside it',
  ],
  [
    "a result that is used across blocks",
    graph([
      ["x", "InputLayer"],
      ["a", "Dense", "x"],
      ["s", "Add", "a", "x"],
      ["b", "Dense", "s"],
      ["y", "Add", "b", "a"],
    ]),
    'model_unsupported: model.json: layer "a": expected a result that is used once, got more often',
  ],
  [
    "no output",
    graph([
      ["x", "InputLayer"],
      ["a", "Dense", "x"],
    ]),
    "model.json: output_layers: expected a layer of the model, got another",
  ],
  [
    "two outputs",
    graph(
      [
        ["x", "InputLayer"],
        ["y", "Dense", "x"],
      ],
      {
        output_layers: [
          ["x", 0, 0],
          ["y", 0, 0],
        ],
      },
    ),
    "model_unsupported: model.json: output_layers: expected one, got 2",
  ],
] as const)("refuses a graph with %s", (_, topology, message) => {
  expect(refusalOf(topology)).toContain(message);
});

it("reads a chain of a thousand layers and refuses blocks without end", () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `l${i}`);
  const chain = names.map((name, i) => [name, "Activation", names[i - 1] ?? "x"] as const);
  expect(refusalOf(graph([["x", "InputLayer"], ...chain, ["y", "Dense", "l999"]]))).toContain(
    "weights: y/kernel",
  );
  const blocks = names.map((name, i) => [name, "Add", names[i - 1] ?? "a", "x"] as const);
  const nested = graph([["x", "InputLayer"], ["a", "Dense", "x"], ...blocks, ["y", "Dense", "l999"]]);
  expect(refusalOf(nested)).toContain(
    "model_unsupported: model.json: layers: expected at most 32 blocks in one another",
  );
});
