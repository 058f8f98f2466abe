// Karimireddy, Kale, Mohri, Reddi, Stich, Suresh: "SCAFFOLD: Stochastic Controlled Averaging for Federated Learning",
// ICML 2020 (arXiv 1910.06378), Algorithm 1, option II. Clients correct each gradient by c - c_k (see `scaffoldClient`);
// the server: x += eta_g mean_S(y_k - x), c += (|S| / N) mean_S(c_k+ - c_k), with N all clients. Means are plain, not
// weighted by sample counts.

import { vectorKernels } from "@fedloom/kernels";
import type { StrategyDescription } from "../description.js";
import { requireNumber } from "../require-option.js";
import type { RoundContext, StreamStrategy } from "../strategy.js";
import type { Note, Update } from "../update.js";
import { addDelta } from "../weights/add-delta.js";
import { rangesOf } from "../weights/ranges.js";
import { reduceMean } from "../weights/weighted-mean.js";
import { describedServerRate } from "./described-options.js";
import { type SelectingOptions, selecting } from "./mean-family.js";

export interface ScaffoldOptions extends SelectingOptions {
  /** Step of the server (eta_g), > 0; default 1. */
  readonly serverLearningRate?: number;
  /** All clients of the federation (N), also those not available now; default: those available in the round. */
  readonly numClients?: number;
}

export const scaffoldDescription: StrategyDescription<ScaffoldOptions> = {
  title: "SCAFFOLD",
  about:
    "Corrects the drift of clients whose data differ, by a correction that each keeps between rounds. Clients take steps of plain SGD, whatever optimizer is set, and send twice as much.",
  source: "Karimireddy et al. 2020, arXiv 1910.06378",
  options: {
    serverLearningRate: describedServerRate,
    numClients: {
      kind: "integer",
      about:
        "All clients of the federation, also those that are away; those available in the round when absent.",
      min: 1,
    },
  },
};

export interface ScaffoldState {
  /** The server's control variate c: 0 beyond the trainable tensors. */
  readonly control: Float64Array;
  /** Clients that took part, ordered: one of them that starts afresh has lost its control variate. */
  readonly participants: readonly string[];
}

/** Corrects the drift of clients whose data differ, by control variates. Algorithm 1 of Karimireddy et al. 2020. */
export function scaffold(options: ScaffoldOptions = {}): StreamStrategy<ScaffoldState> {
  const scale = requireNumber("serverLearningRate", options.serverLearningRate ?? 1, "a finite number > 0");
  const { numClients } = options;
  if (numClients !== undefined) requireNumber("numClients", numClients, "an integer >= 1");
  return {
    ...selecting(options),
    id: "scaffold",
    stateVersion: 1,
    mode: "stream",
    plainSteps: true,
    init: ({ size }) => ({ control: new Float64Array(size), participants: [] }),
    configure: (_clientId, { train }) => ({ ...train, controlVariate: true }),
    broadcast: ({ state }) => ({ control: Float32Array.from(state.control) }),
    check: requireControl,
    weigh: () => 1,
    fold(sums, { update }) {
      sums.addUpdate(update, 1);
      sums.addVector("control", update.vectors?.control as Float32Array, 1);
      return undefined;
    },
    reduce: reduceMean,
    apply(delta, context) {
      const { layout, globalWeights: weights, state, clients, updates } = context;
      const change = context.vectorSum("control");
      const total = numClients ?? clients.length;
      const control = state.control.map((value, i) => value + (change[i] as number) / total);
      const known = new Set(state.participants);
      const notes: Note[] = updates
        .filter(({ clientId, startedFresh }) => startedFresh && known.has(clientId))
        .map(({ clientId }) => ({
          clientId,
          code: "client_state_lost",
          message: `${clientId} took part before but had lost its control variate: it started again from 0`,
        }));
      for (const { clientId } of updates) known.add(clientId);
      const next = { control, participants: [...known].sort() };
      return { weights: addDelta(layout, { weights, delta, scale }), state: next, notes };
    },
  };
}

function requireControl({ vectors }: Update, { layout }: RoundContext) {
  const control = vectors?.control;
  const refuse = (message: string) => ({ code: "invalid_vector", message });
  if (!(control instanceof Float32Array) || control.length !== layout.size) {
    const got = control instanceof Float32Array ? `${control.length} of them` : "none";
    return refuse(`vectors.control: expected ${layout.size} float32, got ${got}`);
  }
  for (const { start, end } of rangesOf(layout, "trainable")) {
    if (Number.isFinite(vectorKernels().maxMagnitude(control.subarray(start, end)))) continue;
    return refuse("vectors.control: expected finite values, got others");
  }
  return undefined;
}
