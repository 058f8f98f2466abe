import { layers, sequential } from "@tensorflow/tfjs-layers";
import { expect, it } from "vitest";
import { openBackend } from "../engine/open-backend.js";
import { readLayersModel } from "../tfjs/layers-model-weights.js";
import { createLocalTrainer } from "./create-local-trainer.js";
import { measureSpeed } from "./measure-speed.js";

it("measures with a user's model and leaves it as it was", async () => {
  (await openBackend("wasm")).use();
  const model = sequential({
    layers: [
      layers.permute({ dims: [2, 1], inputShape: [3, 4] }),
      layers.flatten(),
      layers.batchNormalization({ movingMeanInitializer: "ones" }),
      layers.dense({ units: 2 }),
    ],
  });
  const before = await readLayersModel(model);
  const { trainer } = await createLocalTrainer({ model, engine: "wasm" });
  expect(trainer.engine).toBe("wasm (TensorFlow.js)");
  expect(await measureSpeed(trainer, { inputShape: [3, 4], forMs: 1 })).toBeGreaterThan(0);
  expect(await readLayersModel(model)).toEqual(before);
});
