import { createRegressionTrainer } from "../simulation/testing-trainer.js";
import { describeClientPool } from "./client-pool-contract.js";
import { createInProcessPool } from "./in-process-pool.js";

describeClientPool("in-process pool", ({ model, ...options }) =>
  createInProcessPool({ ...options, trainer: createRegressionTrainer(model) }),
);
