import type { TrainingEvent } from "@fedloom/protocol";
import { TrainerError } from "../errors.js";
import { type Emit, errorText } from "../run/emit.js";
import type { Stopwatch } from "../run/stopwatch.js";
import type {
  ClosedStep,
  SavedCheckpoint,
  StepEnd,
  StepStart,
  StopRequest,
  TrainerCallback,
} from "./trainer-callback.js";

/** What a run's callbacks made of a step. */
export interface StepVerdict {
  readonly weights: Float32Array;
  readonly stop?: StopRequest;
}

/** Asks a run's callbacks in their order and keeps their states; one that throws is an `error` event. */
export interface CallbackRunner {
  /** By name. */
  readonly states: Readonly<Record<string, unknown>>;
  /** Returns the product of their learning-rate factors. */
  beforeStep(start: StepStart): AsyncGenerator<TrainingEvent, number>;
  /** The first to ask for a stop is heard. */
  afterStep(end: StepEnd): AsyncGenerator<TrainingEvent, StepVerdict>;
  /** Returns the weights with which the run ends. */
  beforeEnd(end: StepEnd): AsyncGenerator<TrainingEvent, Float32Array>;
  onStepClosed(step: ClosedStep): AsyncGenerator<TrainingEvent, readonly SavedCheckpoint[]>;
}

export interface CallbackRunnerOptions {
  readonly callbacks: readonly TrainerCallback[];
  /** From a checkpoint, by name; a callback that is not among them begins anew. */
  readonly states?: Readonly<Record<string, unknown>>;
  readonly emit: Emit;
  readonly stopwatch: Stopwatch;
}

/** @throws TrainerError `invalid_option` for callbacks with the same name. */
export function createCallbackRunner({
  callbacks,
  states,
  emit,
  stopwatch,
}: CallbackRunnerOptions): CallbackRunner {
  requireUniqueNames(callbacks);
  const current: Record<string, unknown> = {};
  for (const { name, init } of callbacks) {
    current[name] = states && Object.hasOwn(states, name) ? states[name] : (init?.() ?? null);
  }

  /** One call of one callback; nothing comes of one that throws but an event. */
  async function* attempt<Result>(
    { name }: TrainerCallback,
    hook: string,
    body: (state: unknown) => Promise<Result>,
  ): AsyncGenerator<TrainingEvent, Result | undefined> {
    try {
      return await stopwatch.time("callbacks", () => body(current[name]));
    } catch (cause) {
      const error = `callback ${name}: ${hook} threw: ${errorText(cause)}`;
      const errorType = cause instanceof TrainerError ? cause.code : "callback_failed";
      yield emit("error", { error: errorText(error), errorType, fatal: false });
      return undefined;
    }
  }

  return {
    states: current,

    async *beforeStep(start) {
      let factor = 1;
      for (const callback of callbacks) {
        if (!callback.beforeStep) continue;
        const outcome = yield* attempt(callback, "beforeStep", async (state) => {
          const asked = await callback.beforeStep?.(start, state);
          requireFactor(asked?.learningRateFactor);
          return asked;
        });
        factor *= outcome?.learningRateFactor ?? 1;
        if (outcome?.state !== undefined) current[callback.name] = outcome.state;
      }
      return factor;
    },

    async *afterStep(end) {
      let { weights } = end;
      let stop: StopRequest | undefined;
      for (const callback of callbacks) {
        if (!callback.afterStep) continue;
        const outcome = yield* attempt(callback, "afterStep", async (state) => {
          const asked = await callback.afterStep?.({ ...end, weights }, state);
          requireLength(asked?.weights, weights.length);
          return asked;
        });
        if (outcome?.state !== undefined) current[callback.name] = outcome.state;
        weights = outcome?.weights ?? weights;
        stop ??= outcome?.stop;
      }
      return { weights, ...(stop && { stop }) };
    },

    async *beforeEnd(end) {
      let { weights } = end;
      for (const callback of callbacks) {
        if (!callback.beforeEnd) continue;
        const asked = yield* attempt(callback, "beforeEnd", async (state) => {
          const replaced = await callback.beforeEnd?.({ ...end, weights }, state);
          requireLength(replaced, weights.length);
          return replaced;
        });
        weights = asked ?? weights;
      }
      return weights;
    },

    async *onStepClosed(step) {
      const saved: SavedCheckpoint[] = [];
      for (const callback of callbacks) {
        if (!callback.onStepClosed) continue;
        saved.push(
          ...((yield* attempt(callback, "onStepClosed", async () => callback.onStepClosed?.(step))) ?? []),
        );
      }
      return saved;
    },
  };
}

function requireUniqueNames(callbacks: readonly TrainerCallback[]): void {
  const names = callbacks.map(({ name }) => name);
  if (!names.every((name) => typeof name === "string" && name !== "")) {
    throw new TrainerError("invalid_option", "callbacks: expected a name for each, got one without");
  }
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated === undefined) return;
  throw new TrainerError("invalid_option", `callbacks: expected names used once, got "${repeated}" twice`);
}

function requireFactor(factor: number | undefined): void {
  if (factor === undefined || (factor >= 0 && factor < Number.POSITIVE_INFINITY)) return;
  throw new RangeError(`learningRateFactor: expected a finite number >= 0, got ${factor}`);
}

function requireLength(weights: Float32Array | undefined, expected: number): void {
  if (weights === undefined || weights.length === expected) return;
  throw new RangeError(`weights: expected ${expected} elements, got ${weights.length}`);
}
