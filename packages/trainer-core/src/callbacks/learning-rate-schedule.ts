import { portableExp, portableLog } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";
import type { TrainerCallback } from "./trainer-callback.js";

/** How the learning rate changes over a run's rounds or epochs, as plain data. */
export type LearningRateSchedule = {
  /** Steps over which the factor rises in a straight line to 1, before all else; default 0. */
  readonly warmUp?: number;
} & (
  | { readonly kind: "constant" }
  /** Multiplied by `factor` after every `every` steps. */
  | { readonly kind: "step"; readonly every: number; readonly factor: number }
  /** Multiplied by `factor` after every step. */
  | { readonly kind: "exponential"; readonly factor: number }
  /**
   * From 1 down to `floor` (default 0) along half a cosine, over `steps` steps, default the run's: Loshchilov and
   * Hutter, "SGDR", 2017, eq. 5, without restarts.
   */
  | { readonly kind: "cosine"; readonly steps?: number; readonly floor?: number }
);

/**
 * Sets the learning rate of each round or epoch: the run's own, times a factor.
 * @throws TrainerError `invalid_option` that names the field.
 */
export function learningRateSchedule(schedule: LearningRateSchedule): TrainerCallback<null> {
  checkSchedule(schedule);
  return {
    name: "learning-rate-schedule",
    beforeStep: ({ step, totalSteps }) => ({
      learningRateFactor: learningRateFactor(schedule, { step, totalSteps }),
    }),
  };
}

/** The factor for one step, counted from 1; rounded to float32, so that it is the same on every machine. */
export function learningRateFactor(
  schedule: LearningRateSchedule,
  { step, totalSteps }: { readonly step: number; readonly totalSteps: number },
): number {
  const { warmUp = 0 } = schedule;
  if (step <= warmUp) return Math.fround(step / (warmUp + 1));
  return Math.fround(factorAfter(schedule, { done: step - 1 - warmUp, total: totalSteps - warmUp }));
}

function factorAfter(
  schedule: LearningRateSchedule,
  { done, total }: { done: number; total: number },
): number {
  switch (schedule.kind) {
    case "constant":
      return 1;
    case "step":
      return power(schedule.factor, Math.floor(done / schedule.every));
    case "exponential":
      return power(schedule.factor, done);
    case "cosine": {
      const { steps = total, floor = 0 } = schedule;
      const share = Math.min(1, done / Math.max(1, steps));
      return floor + ((1 - floor) * (1 + Math.cos(Math.PI * share))) / 2;
    }
  }
}

function power(factor: number, times: number): number {
  return times === 0 ? 1 : portableExp(times * portableLog(factor));
}

const fields: Readonly<Record<LearningRateSchedule["kind"], readonly string[]>> = {
  constant: [],
  step: ["every", "factor"],
  exponential: ["factor"],
  cosine: ["steps", "floor"],
};

function checkSchedule(schedule: LearningRateSchedule): void {
  const { kind, warmUp = 0 } = schedule;
  if (!["constant", "step", "exponential", "cosine"].includes(kind)) {
    refuse("kind", "one of constant, step, exponential, cosine", kind);
  }
  const known = ["kind", "warmUp", ...fields[kind]];
  const stray = Object.keys(schedule).find((name) => !known.includes(name));
  if (stray !== undefined) refuse(kind, `fields among ${known.join(", ")}`, stray);
  if (!isCount(warmUp, 0)) refuse("warmUp", "an integer >= 0", warmUp);
  if (kind === "step" && !isCount(schedule.every, 1)) refuse("every", "an integer >= 1", schedule.every);
  if (kind === "step" || kind === "exponential") {
    if (!(typeof schedule.factor === "number" && schedule.factor > 0 && schedule.factor <= 1)) {
      refuse("factor", "a number in (0, 1]", schedule.factor);
    }
  }
  if (kind !== "cosine") return;
  const { steps = 1, floor = 0 } = schedule;
  if (!isCount(steps, 1)) refuse("steps", "an integer >= 1", steps);
  if (!(typeof floor === "number" && floor >= 0 && floor <= 1)) refuse("floor", "a number in [0, 1]", floor);
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

function refuse(field: string, expected: string, received: unknown): never {
  throw new TrainerError(
    "invalid_option",
    `learning-rate schedule: ${field}: expected ${expected}, got ${String(received)}`,
  );
}
