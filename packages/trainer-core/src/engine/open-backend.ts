import * as tf from "@tensorflow/tfjs-core";
// Core comes without gradients; loading the layers registers them.
import "@tensorflow/tfjs-layers";
import { TrainerError } from "../errors.js";
import { backends } from "./backends.js";
import type { EngineName } from "./engine.js";

/** A TensorFlow.js backend that has been seen to work. */
export interface Backend {
  readonly name: EngineName;
  /** Makes TensorFlow.js compute with it: it has one for the whole process, which another trainer may have changed. */
  use(): void;
}

const opened = new Map<EngineName, Promise<Backend>>();

/**
 * Loads a backend and checks it by one operation, once per process.
 * @throws TrainerError `engine_unavailable` if it does not work here, with what to install where something is missing.
 */
export function openBackend(name: EngineName): Promise<Backend> {
  const opening = opened.get(name) ?? open(name);
  opened.set(name, opening);
  // Another attempt may find what has been installed meanwhile.
  opening.catch(() => opened.delete(name));
  return opening;
}

async function open(name: EngineName): Promise<Backend> {
  // Silences the library's advice on the console; its checks stay.
  tf.enableProdMode();
  try {
    const backend = await backends[name]();
    if (!(await tf.setBackend(backend))) throw new Error("it cannot be initialised");
    const product = tf.tidy(() => tf.sum(tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]))));
    const [sum] = await product.data();
    product.dispose();
    if (sum !== 12) throw new Error(`a matrix product gave ${sum} instead of 12`);
    return {
      name,
      use: () => {
        // Takes effect at once for a backend that has been initialised.
        if (tf.getBackend() !== backend) void tf.setBackend(backend);
      },
    };
  } catch (cause) {
    throw new TrainerError(
      "engine_unavailable",
      `engine: expected ${name} to work here, but ${firstSentence(cause)}`,
      { cause },
    );
  }
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String((error as Error)?.message ?? error);
  const line = message.trim().split("\n", 1)[0] ?? "";
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
