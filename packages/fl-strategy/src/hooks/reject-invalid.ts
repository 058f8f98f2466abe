import type { Description } from "../description.js";
import type { AggregateHook, HookContext } from "../hooks.js";
import { requireKnownOptions, requireNumber } from "../require-option.js";
import type { Refusal, Update } from "../update.js";
import { type TensorSpec, tensorAt, type WeightsLayout } from "../weights/layout.js";
import { rangesOf } from "../weights/ranges.js";

export interface RejectInvalidOptions {
  /** Largest sample count that is believed; default 10,000,000. */
  readonly maxSamples?: number;
  /** Largest number of optimizer steps that is believed; default 10,000,000. */
  readonly maxSteps?: number;
  /** Largest absolute value of a weight; default 1e9. A bound of sanity, not a defence: that is clipping. */
  readonly maxMagnitude?: number;
}

export const rejectInvalidDescription: Description<RejectInvalidOptions> = {
  title: "Refuse invalid updates",
  about:
    "Refuses updates that no aggregate should see: of clients that were not asked or were heard already, of another round or model, with values that are not finite, or with counts nobody should believe. A run without it in its list has it first.",
  options: {
    maxSamples: {
      kind: "integer",
      about: "Largest number of samples that is believed.",
      min: 1,
      default: 10_000_000,
    },
    maxSteps: {
      kind: "integer",
      about: "Largest number of training steps that is believed.",
      min: 1,
      default: 10_000_000,
    },
    maxMagnitude: {
      kind: "number",
      about: "Largest absolute value of a weight: a bound of sanity, not a defence.",
      min: 0,
      isAboveMin: true,
      default: 1e9,
    },
  },
};

/**
 * Refuses every update that no aggregate should see: of a client that was not picked or was heard already, of another
 * round, with another layout than the global weights, with a value that is not finite, or with a sample count or a number
 * of steps that nobody should believe. Private tensors are not looked at, because they are not aggregated.
 */
export function rejectInvalid(options: RejectInvalidOptions = {}): AggregateHook<null> {
  requireKnownOptions("reject-invalid", options, ["maxSamples", "maxSteps", "maxMagnitude"]);
  const { maxSamples = 10_000_000, maxSteps = 10_000_000, maxMagnitude = 1e9 } = options;
  requireNumber("maxSamples", maxSamples, "an integer >= 1");
  requireNumber("maxSteps", maxSteps, "an integer >= 1");
  requireNumber("maxMagnitude", maxMagnitude, "a number > 0");
  return {
    name: "reject-invalid",
    init: () => null,
    beforeUpdate(update, context) {
      const refuse =
        checkSender(update, context) ??
        checkSampleCount(update.numSamples, maxSamples) ??
        checkStepCount(update.numSteps, maxSteps) ??
        checkLayout(update, context.round.layout) ??
        checkValues(update.values, context.round, maxMagnitude);
      return refuse ? { refuse, counters: { [refuse.code]: 1 } } : undefined;
    },
  };
}

function checkSender({ clientId, round }: Update, context: HookContext): Refusal | undefined {
  if (!context.isPicked(clientId)) {
    return refusal("not_picked", `client_id: expected a client picked for this round, got "${clientId}"`);
  }
  if (context.isSettled(clientId)) {
    return refusal(
      "duplicate_update",
      `client_id: expected one update per client and round, got another of "${clientId}"`,
    );
  }
  const latest = context.round.round;
  const earliest = Math.max(1, latest - context.maxStaleness);
  if (!Number.isInteger(round) || round < earliest || round > latest) {
    const expected = earliest === latest ? `${latest}` : `an integer in [${earliest}, ${latest}]`;
    return refusal("wrong_round", `round: expected ${expected}, got ${round}`);
  }
  return undefined;
}

function checkSampleCount(numSamples: number, maxSamples: number): Refusal | undefined {
  if (Number.isInteger(numSamples) && numSamples >= 1 && numSamples <= maxSamples) return undefined;
  return refusal(
    "invalid_sample_count",
    `num_samples: expected an integer in [1, ${maxSamples}], got ${numSamples}`,
  );
}

function checkStepCount(numSteps: number | undefined, maxSteps: number): Refusal | undefined {
  if (numSteps === undefined) return undefined;
  if (Number.isInteger(numSteps) && numSteps >= 0 && numSteps <= maxSteps) return undefined;
  return refusal("invalid_step_count", `num_steps: expected an integer in [0, ${maxSteps}], got ${numSteps}`);
}

function checkLayout(update: Update, expected: WeightsLayout): Refusal | undefined {
  if (update.layout !== expected) {
    const { tensors } = update.layout;
    if (tensors.length !== expected.tensors.length) {
      return refusal("wrong_layout", `tensors: expected ${expected.tensors.length}, got ${tensors.length}`);
    }
    for (const [i, want] of expected.tensors.entries()) {
      const got = tensors[i];
      if (got && describe(got) === describe(want)) continue;
      return refusal(
        "wrong_layout",
        `tensor ${i}: expected ${describe(want)}, got ${got ? describe(got) : "none"}`,
      );
    }
  }
  if (!(update.values instanceof Float32Array) || update.values.length !== expected.size) {
    return refusal(
      "wrong_layout",
      `values: expected ${expected.size} float32, got ${describeValues(update.values)}`,
    );
  }
  return undefined;
}

function checkValues(
  values: Float32Array,
  round: HookContext["round"],
  maxMagnitude: number,
): Refusal | undefined {
  if (round.maxMagnitude(values) <= maxMagnitude) return undefined;
  // Something is wrong: only now is it worth while to look where.
  const { layout } = round;
  for (const { start, end } of rangesOf(layout, "shared")) {
    for (let i = start; i < end; i += 1) {
      const value = values[i] as number;
      if (Math.abs(value) <= maxMagnitude) continue;
      const tensor = tensorAt(layout, i) as TensorSpec;
      const where = `tensor "${tensor.name}", index ${i - tensor.offset}`;
      if (!Number.isFinite(value)) {
        return refusal("not_finite", `${where}: expected a finite value, got ${value}`);
      }
      return refusal("too_large", `${where}: expected at most ${maxMagnitude} in magnitude, got ${value}`);
    }
  }
  return undefined;
}

function refusal(code: string, message: string): Refusal {
  return { code, message };
}

function describe({ name, shape }: { name: string; shape: readonly number[] }): string {
  return `"${name}" [${shape.join(", ")}]`;
}

function describeValues(values: unknown): string {
  if (!ArrayBuffer.isView(values)) return typeof values;
  return `${(values as Float32Array).length} elements of ${values.constructor.name}`;
}
