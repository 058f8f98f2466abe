import type { Command } from "../command.js";
import { TRAINING_FLAGS } from "../training/training-flags.js";

export const train: Command = {
  name: "train",
  summary: "Trains one model on all samples in one place: the reference for what federated training reaches.",
  flags: {
    epochs: { help: "passes over the samples (10)", type: "number" },
    ...TRAINING_FLAGS,
  },
  run: async (values, _operands, surroundings) =>
    (await import("../training/run-centralized.js")).runCentralized(values, surroundings),
};
