import * as tf from "@tensorflow/tfjs-core";
// Core comes without gradients; loading the layers registers them.
import "@tensorflow/tfjs-layers";
import { TrainerError } from "../errors.js";
import { backends } from "./backends.js";

/** The TensorFlow.js backends that Fedloom trains with, the fastest first. */
export const engineNames = ["tfjs-node", "wasm", "cpu"] as const;
export type EngineName = (typeof engineNames)[number];

/** The backend that this process computes with. */
export interface Engine {
  readonly name: EngineName;
  /** Why it is this one, in words. */
  readonly reason: string;
}

export interface OpenEngineOptions {
  /** `auto`, the default, takes the first of {@link engineNames} that works here. */
  readonly engine?: EngineName | "auto";
}

/**
 * Makes a TensorFlow.js backend ready, checked by one operation; a process has one at a time, since tensors live in it.
 * @throws TrainerError `engine_unavailable` if the engine that was asked for, or every one, does not work here.
 */
export async function openEngine({ engine = "auto" }: OpenEngineOptions = {}): Promise<Engine> {
  // Silences the library's advice on the console; its checks stay.
  tf.enableProdMode();
  const candidates = engine === "auto" ? engineNames : [engine];
  const failures: string[] = [];
  for (const name of candidates) {
    const failure = await tryBackend(name);
    if (failure === undefined) {
      const first = failures.length === 0 ? "the first choice" : failures.join("; ");
      return { name, reason: engine === "auto" ? first : "asked for" };
    }
    failures.push(`${name}: ${failure}`);
  }
  throw new TrainerError(
    "engine_unavailable",
    `engine: expected ${candidates.join(" or ")} to work here, but ${failures.join("; ")}`,
  );
}

/** Why the backend does not work; undefined when it does. */
async function tryBackend(name: EngineName): Promise<string | undefined> {
  try {
    const backend = await backends[name]();
    if (!(await tf.setBackend(backend))) return "it cannot be initialised";
    const sum = tf.tidy(() => tf.sum(tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]))).dataSync()[0]);
    return sum === 12 ? undefined : `a matrix product gave ${sum} instead of 12`;
  } catch (error) {
    return firstSentence(error);
  }
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.trim().split("\n", 1)[0] ?? "";
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
