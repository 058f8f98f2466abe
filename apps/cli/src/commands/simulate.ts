import type { Command } from "../command.js";
import { PARTITION_FLAGS } from "../training/partition-flags.js";
import { TRAINING_FLAGS } from "../training/training-flags.js";

export const simulate: Command = {
  name: "simulate",
  summary: "Trains federated on this machine: one data set, dealt out to clients that worker threads train.",
  flags: {
    rounds: { help: "how many rounds (5)", type: "number" },
    ...PARTITION_FLAGS,
    "show-partition": { help: "print how samples are dealt out, before training", type: "switch" },
    "dry-run": { help: "print that, and train nothing", type: "switch" },
    svg: { help: "with one of these two: keep the picture in this file", type: "text" },
    strategy: { help: "name of a strategy, such as fedavg or scaffold (fedavg)", type: "text" },
    "strategy-options": { help: 'its options as JSON, such as {"mu":0.01}', type: "text" },
    "local-epochs": { help: "passes over a client's samples in a round (recommended)", type: "number" },
    holdout: { help: "share of its samples that each client keeps to evaluate on (0)", type: "number" },
    quorum: { help: "fewest updates from which a round is aggregated (1)", type: "number" },
    "deadline-ms": {
      help: "longest that clients may train in a round (as long as they take)",
      type: "number",
    },
    workers: { help: "worker threads (one a core); 0 trains in the main thread", type: "number" },
    ...TRAINING_FLAGS,
  },
  // Only these two commands need what trains: the others start faster without.
  run: async (values, _operands, surroundings) =>
    (await import("../training/run-simulation.js")).runSimulation(values, surroundings),
};
