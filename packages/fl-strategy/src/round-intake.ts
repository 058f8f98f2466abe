import { vectorKernels } from "@fedloom/kernels";
import { StrategyError } from "./errors.js";
import type { Roster } from "./roster.js";
import type { RoundContext, Strategy, WeighedUpdate } from "./strategy.js";
import type { Refusal, RefusedUpdate, Update, UpdateSummary } from "./update.js";
import type { RoundSums } from "./weights/round-sums.js";

/** What a round keeps of an accepted update. */
export interface AcceptedUpdate {
  readonly summary: UpdateSummary;
  /** Held only for a strategy that combines all updates at the end. */
  readonly item?: WeighedUpdate;
}

export interface RoundIntakeOptions {
  readonly strategy: Strategy;
  readonly context: RoundContext;
  readonly roster: Roster<AcceptedUpdate>;
  readonly sums: RoundSums;
  /** Accepted updates after which no more are needed. */
  readonly enough: number;
}

/** Where updates enter the aggregate of a round. */
export interface RoundIntake {
  /** Whether the update's client started in this round, or not longer ago than the strategy allows. */
  isCurrent(update: Update): boolean;
  /** Why the weights of an update that started in an earlier round cannot be read, if that is so. */
  refuseStaleWeights(update: Update): RefusedUpdate | undefined;
  /** Folds or holds an update that passed the hooks; returns why not, if the strategy cannot take it. */
  take(update: Update): RefusedUpdate | undefined;
}

export function createRoundIntake(options: RoundIntakeOptions): RoundIntake {
  const { strategy, context, roster, sums, enough } = options;
  const { round, layout } = context;
  const { maxStaleness = 0 } = strategy;

  function isCurrent(update: Update): boolean {
    return update.round <= round && update.round >= round - maxStaleness;
  }

  /** Finds something only if the hooks let through what no aggregate can take. */
  function findFault(update: Update): Refusal | undefined {
    const { clientId, values } = update;
    if (!roster.isPicked(clientId) || roster.isSettled(clientId) || values.length !== layout.size) {
      const message = `update of ${clientId}: expected ${layout.size} elements, once, of a picked client`;
      return { code: "wrong_update", message };
    }
    if (!isCurrent(update)) {
      return { code: "wrong_round", message: `round: expected ${round}, got ${update.round}` };
    }
    return undefined;
  }

  function take(update: Update): Refusal | undefined {
    const fault = findFault(update);
    if (fault) return fault;
    if (roster.numAccepted >= enough) {
      return { code: "not_needed", message: `${enough} updates came earlier, and are enough` };
    }
    const lacking = strategy.check?.(update, context);
    if (lacking) return lacking;
    const weight = strategy.weigh(update, context);
    if (!(weight >= 0 && weight < Infinity)) {
      return { code: "invalid_weight", message: `weight: expected a number >= 0, got ${weight}` };
    }
    if (strategy.mode === "barrier") {
      const item = { update: held(update), weight };
      roster.accept(update.clientId, { summary: summaryOf(item, {}), item });
      return undefined;
    }
    const item = { update, weight };
    try {
      const scalars = strategy.fold(sums, item, context) ?? {};
      roster.accept(update.clientId, { summary: summaryOf(item, scalars) });
      return undefined;
    } catch (error) {
      if (!(error instanceof StrategyError) || error.code !== "wrong_update") throw error;
      return { code: "wrong_update", message: error.message };
    }
  }

  return {
    isCurrent,
    refuseStaleWeights(update) {
      // Weights that started from other ones than these would look like a difference that nobody trained.
      if (!isCurrent(update) || update.round === round || update.form === "delta") return undefined;
      const message = `form: expected "delta" of an update that started in round ${update.round}, got "weights"`;
      return { clientId: update.clientId, by: strategy.id, code: "stale_weights", message };
    },
    take(update) {
      const refusal = take(update);
      return refusal && { clientId: update.clientId, by: strategy.id, ...refusal };
    },
  };
}

function summaryOf({ update, weight }: WeighedUpdate, scalars: Record<string, number>): UpdateSummary {
  const { clientId, numSamples, numSteps, metrics, startedFresh } = update;
  return {
    clientId,
    numSamples,
    metrics,
    weight,
    scalars,
    ...(numSteps === undefined ? {} : { numSteps }),
    ...(startedFresh === undefined ? {} : { startedFresh }),
  };
}

/** The update, with values that stay readable if they lie in kernel memory and it grows. */
function held(update: Update): Update {
  const values = vectorKernels().hold(update.values);
  return {
    ...update,
    get values() {
      return values();
    },
  };
}
