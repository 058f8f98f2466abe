import { show } from "../require-field.js";
import { invalidTopology, requireList, requireObject, unsupported } from "./keras-config.js";
import { type ReadLayer, readKerasLayer } from "./read-keras-layer.js";

/** One layer of a model, and those whose results it takes. */
export interface GraphNode {
  readonly name: string;
  readonly kind: "input" | "layer" | "add";
  /** Empty but for layers. */
  readonly layer: ReadLayer;
  readonly inputs: readonly GraphNode[];
}

/** The layers of a `model.json`, each after those whose results it takes. */
export interface Graph {
  readonly inputShape: readonly number[];
  readonly nodes: readonly GraphNode[];
  readonly output: GraphNode;
}

interface Entry {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inboundNodes: unknown;
}

/**
 * Reads the topology of a sequential or a functional model with one input and one output.
 * @throws TrainerError `model_unsupported` or `invalid_model`.
 */
export function readGraph(topology: unknown): Graph {
  const outer = requireObject("modelTopology", topology);
  const { class_name: className, config } = requireObject("modelTopology", outer.model_config ?? outer);
  if (className === "Sequential") return readSequential(config);
  if (className === "Model" || className === "Functional") {
    return readFunctional(requireObject("modelTopology.config", config));
  }
  throw unsupported("modelTopology.class_name", "Sequential, Model or Functional", show(className));
}

function readSequential(config: unknown): Graph {
  const list = Array.isArray(config) ? config : requireObject("modelTopology.config", config).layers;
  const entries = entriesOf(list);
  const inputShape = inputShapeOf(entries[0]);
  const nodes: GraphNode[] = [{ name: "", kind: "input", layer: {}, inputs: [] }];
  for (const { name, className, config } of entries) {
    if (className === "InputLayer") continue;
    nodes.push({ name, kind: "layer", layer: readKerasLayer(className, config), inputs: nodes.slice(-1) });
  }
  return { inputShape, nodes, output: nodes.at(-1) as GraphNode };
}

function readFunctional(config: Readonly<Record<string, unknown>>): Graph {
  const entries = entriesOf(config.layers);
  const nodes = new Map<string, GraphNode>();
  for (const entry of entries) {
    if (nodes.has(entry.name))
      throw invalidTopology("layers", "a name for each", `${show(entry.name)} twice`);
    nodes.set(entry.name, nodeOf(entry, nodes));
  }
  const input = endOf("input_layers", config);
  const other = entries.find(({ name, className }) => className === "InputLayer" && name !== input);
  if (other) throw unsupported("input_layers", "one input", `${show(input)} and ${show(other.name)}`);
  const output = nodes.get(endOf("output_layers", config));
  if (!output) throw invalidTopology("output_layers", "a layer of the model", "another");
  return {
    inputShape: inputShapeOf(entries.find(({ name }) => name === input)),
    nodes: [...nodes.values()],
    output,
  };
}

function nodeOf(
  { name, className, config, inboundNodes }: Entry,
  before: ReadonlyMap<string, GraphNode>,
): GraphNode {
  const field = `layer ${show(name)}: inbound_nodes`;
  if (className === "InputLayer") return { name, kind: "input", layer: {}, inputs: [] };
  const calls = requireList(field, inboundNodes);
  if (calls.length !== 1) throw unsupported(field, "one use of each layer", `${calls.length}`);
  const inputs = requireList(field, calls[0]).map((input) => {
    const [from, node = 0, tensor = 0] = requireList(field, input);
    if (node !== 0 || tensor !== 0) throw unsupported(field, "the only result of a layer", show(input));
    const found = typeof from === "string" ? before.get(from) : undefined;
    if (!found) throw invalidTopology(field, "a layer that stands before it", show(from));
    return found;
  });
  const isAdd = className === "Add";
  if (inputs.length !== (isAdd ? 2 : 1)) {
    throw unsupported(field, isAdd ? "two inputs" : "one input", `${inputs.length}`);
  }
  return {
    name,
    kind: isAdd ? "add" : "layer",
    layer: isAdd ? {} : readKerasLayer(className, config),
    inputs,
  };
}

function entriesOf(layers: unknown): Entry[] {
  const entries = requireList("modelTopology.config.layers", layers).map((value): Entry => {
    const entry = requireObject("layer", value);
    const config = requireObject("layer: config", entry.config);
    const name = entry.name ?? config.name;
    if (typeof name !== "string") throw invalidTopology("layer: name", "text", show(name));
    const { class_name: className, inbound_nodes: inboundNodes } = entry;
    if (typeof className !== "string")
      throw invalidTopology(`layer ${show(name)}: class_name`, "text", show(className));
    return { name, className, config: { ...config, name }, inboundNodes };
  });
  if (entries.length === 0)
    throw invalidTopology("modelTopology.config.layers", "at least one layer", "none");
  return entries;
}

/** Checked by `resolveModel`. */
function inputShapeOf(entry: Entry | undefined): readonly number[] {
  const field = `layer ${show(entry?.name)}: batch_input_shape`;
  const shape = requireList(field, entry?.config.batch_input_shape ?? entry?.config.batch_shape, 5);
  return shape.slice(1).map((size) => {
    if (typeof size === "number") return size;
    throw unsupported(field, "sizes that are known", show(shape));
  });
}

/** Name of the only input or output. */
function endOf(field: "input_layers" | "output_layers", config: Readonly<Record<string, unknown>>): string {
  const ends = requireList(field, config[field]);
  // One end may stand there without the outer list.
  const [end, ...others] = Array.isArray(ends[0]) ? ends : [ends];
  if (others.length > 0) throw unsupported(field, "one", `${others.length + 1}`);
  const [name] = requireList(field, end);
  if (typeof name === "string") return name;
  throw invalidTopology(field, "the name of a layer", show(name));
}
