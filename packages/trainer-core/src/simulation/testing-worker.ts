// A worker whose clients can misbehave: what they do wrong goes by their learning rate.
import type { LocalTrainer } from "../training/local-trainer.js";
import { serveClients } from "./serve-clients.js";
import { createRegressionTrainer } from "./testing-trainer.js";

await serveClients(async ({ model }) => {
  const trainer = createRegressionTrainer(model);
  return { trainer: misbehaving(trainer), engine: { name: "cpu", reason: "plain" } };
});

function misbehaving(trainer: LocalTrainer): LocalTrainer {
  return {
    ...trainer,
    async train(weights, samples, options) {
      if (options.learningRate === 1001) process.exit(7);
      if (options.learningRate === 1002) for (;;);
      if (options.learningRate === 1003) exhaustMemory();
      if (options.learningRate === 1004) queueMicrotask(() => throwLater());
      if (options.learningRate === 1005) await new Promise(() => undefined);
      return await trainer.train(weights, samples, options);
    },
  };
}

function exhaustMemory(): never {
  const kept: object[] = [];
  for (;;) kept.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
}

function throwLater(): never {
  throw new Error("thrown where nobody catches");
}
