import type { EngineName } from "../engine/engine.js";
import { TrainerError } from "../errors.js";
import type { CreatedTrainer } from "./create-local-trainer.js";
import type { LocalTrainer } from "./local-trainer.js";
import { measureSpeed } from "./measure-speed.js";
import type { TrainerSubject } from "./trainer-subject.js";
import { trainingCost } from "./training-cost.js";

/** Multiplications and additions a sample from which another engine than the plan may be worth its start. */
const LARGE = 20e6;
/** How long each engine is measured. */
const MEASURED_MS = 100;

interface Candidate {
  readonly name: EngineName;
  readonly trainer: LocalTrainer;
}

/**
 * Opens a trainer on the engine that trains this very model fastest.
 *
 * A known model that is not large is planned, without a measurement: nothing else comes near, and TensorFlow.js need not
 * be loaded to know. Else every engine that works here is measured, one warm step and a tenth of a second.
 * @throws TrainerError `engine_unavailable` if none works here.
 */
export async function chooseEngine(subject: TrainerSubject): Promise<CreatedTrainer> {
  const { model, whyNotPlanned } = subject;
  const failures: string[] = [];
  const open = async (name: EngineName): Promise<Candidate[]> => {
    try {
      return [{ name, trainer: await subject.open(name) }];
    } catch (error) {
      if (!(error instanceof TrainerError) || error.code !== "engine_unavailable") throw error;
      failures.push(error.message.replace(/^engine: expected (\S+) to work here, but /, "$1: "));
      return [];
    }
  };
  const candidates = await open("wasm");
  const [planned] = model && trainingCost(model) < LARGE ? candidates : [];
  if (planned) {
    const reason = "the fastest for a model of this size";
    return { trainer: planned.trainer, engine: { name: planned.name, reason } };
  }
  for (const name of othersHere()) candidates.push(...(await open(name)));
  if (candidates.length === 0) candidates.push(...(await open("cpu")));
  const { name, trainer, measured } = await fastest(candidates, subject);
  const reason = [whyNotPlanned, measured, ...failures].filter(Boolean).join("; ");
  return { trainer, engine: { name, reason } };

  function othersHere(): readonly EngineName[] {
    return "document" in globalThis || "importScripts" in globalThis ? ["webgpu", "webgl"] : ["tfjs-node"];
  }

  function none(): TrainerError {
    return new TrainerError(
      "engine_unavailable",
      `engine: expected one to work here, but none does: ${failures.join("; ")}`,
    );
  }

  async function fastest(all: readonly Candidate[], { inputShape }: TrainerSubject) {
    const [only, ...others] = all;
    if (!only) throw none();
    if (others.length === 0) return { ...only, measured: "the only one that works here" };
    const results: (Candidate & { readonly speed: number })[] = [];
    for (const candidate of all) {
      const speed = await measureSpeed(candidate.trainer, { inputShape, forMs: MEASURED_MS });
      results.push({ ...candidate, speed });
    }
    results.sort((a, b) => b.speed - a.speed);
    const [best, ...rest] = results as [(typeof results)[number], ...typeof results];
    for (const { trainer } of rest) trainer[Symbol.dispose]();
    const speeds = results.map(({ name, speed }) => `${name} ${Math.round(speed)}`).join(", ");
    return { ...best, measured: `the fastest of those measured, in samples/s: ${speeds}` };
  }
}
