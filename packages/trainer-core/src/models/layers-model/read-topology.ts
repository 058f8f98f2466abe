import type { LayerSpec } from "../model-spec.js";
import { show } from "../require-field.js";
import { invalidTopology, unsupported } from "./keras-config.js";
import { type Graph, type GraphNode, readGraph } from "./read-graph.js";

/** A model of a `model.json` as layers that follow one another. */
export interface Topology {
  readonly inputShape: readonly number[];
  readonly layers: readonly LayerSpec[];
  /** What the last layer does to its results. */
  readonly output: "softmax" | "sigmoid" | undefined;
  /** By the names of layers: how many axes a sample must have before them. */
  readonly inputAxes: ReadonlyMap<string, number>;
}

/** The nearest node that every way to a node passes, and how many of those there are before it. */
interface Gate {
  readonly node: GraphNode | undefined;
  readonly depth: number;
}

interface Unfolding {
  readonly gates: ReadonlyMap<GraphNode, Gate>;
  readonly used: Set<GraphNode>;
}

/** Deepest nesting of residual blocks in one another. */
const MAX_DEPTH = 32;

/**
 * Reads a chain of layers and of blocks whose two ways are added up.
 * @throws TrainerError `model_unsupported` for any other model, `invalid_model` for damage.
 */
export function readTopology(topology: unknown): Topology {
  const graph = readGraph(topology);
  const { output, inputShape, nodes } = graph;
  const unfolding: Unfolding = { gates: gatesOf(graph), used: new Set() };
  const layers = chainTo(output, undefined, { ...unfolding, depth: 0 });
  for (const node of nodes) {
    if (node.kind !== "input" && !unfolding.used.has(node)) {
      throw unsupported(`layer ${show(node.name)}`, "a layer on the way to the output", "one beside it");
    }
    if (node.layer.output === "softmax" && node !== output) {
      throw unsupported(`layer ${show(node.name)}`, "softmax as the last of all", "layers after it");
    }
  }
  const inputAxes = new Map(
    nodes.flatMap(({ name, layer }) => (layer.inputAxes ? [[name, layer.inputAxes] as const] : [])),
  );
  return { inputShape, layers, output: output.layer.output, inputAxes };
}

/** The layers from `start`, which is not among them, to `end`; from the input if there is no start. */
function chainTo(
  end: GraphNode,
  start: GraphNode | undefined,
  around: Unfolding & { readonly depth: number },
): LayerSpec[] {
  const { gates, used, depth } = around;
  if (depth > MAX_DEPTH) throw unsupported("layers", `at most ${MAX_DEPTH} blocks in one another`, "more");
  const layers: LayerSpec[] = [];
  let node: GraphNode | undefined = end;
  while (node && node !== start && node.kind !== "input") {
    if (used.has(node))
      throw unsupported(`layer ${show(node.name)}`, "a result that is used once", "more often");
    used.add(node);
    const gate: GraphNode | undefined = gates.get(node)?.node;
    if (node.kind === "add") layers.push(blockOf(node, gate, { ...around, depth: depth + 1 }));
    else if (node.layer.spec) layers.push(node.layer.spec);
    node = gate;
  }
  return layers.reverse();
}

function blockOf(
  { name, inputs }: GraphNode,
  gate: GraphNode | undefined,
  around: Unfolding & { readonly depth: number },
): LayerSpec {
  const [one, other] = inputs.map((input) => chainTo(input, gate, around)) as [LayerSpec[], LayerSpec[]];
  const [layers, shortcut] = one.length > 0 ? [one, other] : [other, one];
  if (layers.length === 0) throw unsupported(`layer ${show(name)}`, "two ways to it", "the same twice");
  return { type: "residual", name, layers, ...(shortcut.length > 0 && { shortcut }) };
}

/** Nodes stand after their inputs, so that the gates of those are known. */
function gatesOf({ nodes }: Graph): ReadonlyMap<GraphNode, Gate> {
  const gates = new Map<GraphNode, Gate>();
  const gateOf = (node: GraphNode) => gates.get(node) as Gate;
  for (const node of nodes) {
    let [nearest, other] = node.inputs;
    while (nearest && other && nearest !== other) {
      if (gateOf(nearest).depth < gateOf(other).depth) other = gateOf(other).node;
      else nearest = gateOf(nearest).node;
    }
    if (node.kind !== "input" && !nearest)
      throw invalidTopology(show(node.name), "ways from one input", "none");
    gates.set(node, { node: nearest, depth: nearest ? gateOf(nearest).depth + 1 : 0 });
  }
  return gates;
}
