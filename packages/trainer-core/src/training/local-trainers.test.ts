import { createLocalTrainer } from "./create-local-trainer.js";
import { describeLocalTrainer } from "./local-trainer-contract.js";

describeLocalTrainer("the planner", async (model) => (await createLocalTrainer({ model })).trainer);
describeLocalTrainer("TensorFlow.js on WASM", async (model) => {
  const { openBackend } = await import("../engine/open-backend.js");
  const { openResolvedNetwork } = await import("../tfjs/resolved-network.js");
  const { createTfjsTrainer } = await import("../tfjs/tfjs-trainer.js");
  const { resolveModel } = await import("../models/resolve-model.js");
  const backend = await openBackend("wasm");
  backend.use();
  return createTfjsTrainer({
    network: openResolvedNetwork(resolveModel(model)),
    backend,
    engine: "wasm (TensorFlow.js)",
  });
});
