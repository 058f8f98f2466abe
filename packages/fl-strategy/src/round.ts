import { type AggregationState, requireMatchingState } from "./aggregation-state.js";
import { monotonicNow } from "./clock.js";
import { StrategyError } from "./errors.js";
import { createFoldQueue } from "./fold-queue.js";
import { createHookRunner } from "./hook-runner.js";
import { rejectInvalid } from "./hooks/reject-invalid.js";
import type { AggregateHook, HookReport, RoundOutcome } from "./hooks.js";
import { randomStream } from "./random.js";
import type {
  AggregateContext,
  ClientInfo,
  RoundContext,
  Strategy,
  TrainConfig,
  WeighedUpdate,
} from "./strategy.js";
import type { FailedClient, RefusedUpdate, Update, UpdateSummary } from "./update.js";
import type { WeightsLayout } from "./weights/layout.js";
import { createRunningMean } from "./weights/running-mean.js";

/** Hooks of a round that names none: invalid updates are refused. */
export const defaultHooks: readonly AggregateHook[] = [rejectInvalid()];

export interface RoundOptions {
  readonly strategy: Strategy;
  /** In the order in which they act; default {@link defaultHooks}. */
  readonly hooks?: readonly AggregateHook[];
  /** As `createAggregationState` or the round before has left it. */
  readonly state: AggregationState;
  readonly layout: WeightsLayout;
  readonly globalWeights: Float32Array;
  /** Counted from 1. */
  readonly round: number;
  /** Every client that could take part. */
  readonly clients: readonly ClientInfo[];
  readonly train: TrainConfig;
  /** Of the run; every random choice of this round comes from it. */
  readonly seed: number;
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly now?: () => number;
}

/** One picked client and how it is to train. */
export interface ClientTask {
  readonly clientId: string;
  readonly config: TrainConfig;
}

/** What happened to an update. */
export type UpdateVerdict =
  | { readonly status: "accepted" }
  | ({ readonly status: "refused" } & RefusedUpdate);

export interface RoundResult extends RoundOutcome {
  /** For the next round. */
  readonly state: AggregationState;
  /** The accepted updates, ordered by client id. */
  readonly updates: readonly UpdateSummary[];
  readonly refused: readonly RefusedUpdate[];
  readonly failed: readonly FailedClient[];
  readonly hooks: readonly HookReport[];
}

/** A round in progress: give it each update as it arrives, then close it. */
export interface Round {
  /** Ordered by client id, which is also the order of folding. */
  readonly tasks: readonly ClientTask[];
  /** Takes an update, or refuses it with a reason and without effect on the aggregate. */
  receive(update: Update): UpdateVerdict;
  /** Says that a picked client will return nothing. */
  fail(clientId: string, reason: string): void;
  /** Ends the round; clients not heard of count as failed. Without an accepted update the global weights stay. */
  close(): RoundResult;
}

/**
 * Selects and configures the round's clients and makes ready to aggregate their updates.
 *
 * Updates are folded in the order of client ids, so that equal inputs give bit-equal weights in any order of arrival.
 * @throws StrategyError for a state of another strategy, wrong weights, a selection that names unknown clients, or a
 * throwing hook whose policy is `fail-run`; whatever the strategy itself throws passes through.
 */
export function openRound(options: RoundOptions): Round {
  const { strategy, hooks = defaultHooks, state, layout, globalWeights, round, train, seed } = options;
  requireMatchingState(state, strategy, hooks);
  if (globalWeights.length !== layout.size) {
    throw new StrategyError(
      "wrong_weights",
      `globalWeights: expected ${layout.size} elements, got ${globalWeights.length}`,
    );
  }
  const clients = [...options.clients].sort((a, b) => compareIds(a.clientId, b.clientId));
  const context: RoundContext = {
    round,
    layout,
    globalWeights,
    clients,
    train,
    state: state.strategy.state,
    random: (purpose, ...keys) => randomStream(seed, "strategy", purpose, round, ...keys),
  };
  const picks = checkedPicks(strategy, context);
  const places = new Map(picks.map((clientId, place) => [clientId, place]));
  const tasks = picks.map((clientId) => ({ clientId, config: strategy.configure(clientId, context) }));

  const updates: UpdateSummary[] = [];
  const refused: RefusedUpdate[] = [];
  const failed: FailedClient[] = [];
  const aggregateContext = (): AggregateContext => ({ ...context, picks, updates, refused, failed });
  const isSettled = (clientId: string) => queue.isSettled(places.get(clientId) ?? -1);

  const runner = createHookRunner({
    hooks,
    states: state.hooks,
    now: options.now ?? monotonicNow,
    contextFor: (hook, hookState) => ({
      round: aggregateContext(),
      state: hookState,
      isSettled,
      random: (purpose, ...keys) => randomStream(seed, "hook", hook.name, purpose, round, ...keys),
    }),
  });

  const mean = createRunningMean(strategy.mode === "stream" ? layout.size : 0);
  const held: WeighedUpdate[] = [];
  const queue = createFoldQueue<WeighedUpdate>(picks.length, (item) => {
    const { clientId, numSamples, numSteps, metrics } = item.update;
    updates.push({
      clientId,
      numSamples,
      metrics,
      weight: item.weight,
      ...(numSteps === undefined ? {} : { numSteps }),
    });
    if (strategy.mode === "stream") strategy.fold(mean, item, context);
    else held.push(item);
  });
  let closed = false;

  return {
    tasks,

    receive(update) {
      requireOpen(closed, round);
      const result = runner.beforeUpdate(update);
      const place = places.get(update.clientId);
      if ("refused" in result) {
        refused.push(result.refused);
        // A late update of another round says nothing about this one: its sender may still answer.
        const concernsThisRound = place !== undefined && update.round === round && !queue.isSettled(place);
        if (concernsThisRound) queue.settle(place, undefined);
        return { status: "refused", ...result.refused };
      }
      // Reached only if the hooks let through what no aggregate can take.
      if (place === undefined || queue.isSettled(place) || update.values.length !== layout.size) {
        throw new StrategyError(
          "wrong_update",
          `update of ${update.clientId}: expected ${layout.size} elements, once, of a picked client`,
        );
      }
      queue.settle(place, { update: result.update, weight: strategy.weigh(result.update, context) });
      return { status: "accepted" };
    },

    fail(clientId, reason) {
      requireOpen(closed, round);
      settleFailure(clientId, reason);
    },

    close() {
      requireOpen(closed, round);
      closed = true;
      for (const place of queue.open()) {
        settleFailure(picks[place] as string, "no update before the round was closed");
      }
      const outcome = aggregate();
      runner.onRoundEnd(outcome.round);
      return {
        ...outcome.round,
        state: { strategy: { ...state.strategy, state: outcome.state }, hooks: runner.states },
        updates,
        refused,
        failed,
        hooks: runner.reports(),
      };
    },
  };

  function settleFailure(clientId: string, reason: string): void {
    const place = places.get(clientId);
    if (place === undefined || queue.isSettled(place)) return;
    queue.settle(place, undefined);
    const failure = { clientId, reason };
    failed.push(failure);
    runner.onFailure(failure);
  }

  function aggregate(): { round: RoundOutcome; state: unknown } {
    const keep = (reason: string) => ({
      round: { outcome: "kept" as const, reason, weights: globalWeights },
      state: context.state,
    });
    if (updates.length === 0) {
      return keep(`no update was accepted (${refused.length} refused, ${failed.length} clients failed)`);
    }
    const refusal = runner.skipRound ?? runner.beforeAggregate();
    if (refusal) return keep(refusal.message);
    if (strategy.mode === "stream" && !(mean.totalWeight > 0))
      return keep("the accepted updates weigh nothing");

    const combined = strategy.mode === "stream" ? mean.mean() : strategy.combine(held, aggregateContext());
    for (const { role, offset, size } of layout.tensors) {
      if (role === "private") combined.fill(0, offset, offset + size);
    }
    const after = runner.afterAggregate(combined);
    if ("refused" in after) return keep(after.refused.message);
    const applied = strategy.apply(after.delta, aggregateContext());
    if (!applied.weights.every(Number.isFinite)) return keep("the new weights would not be finite");
    return { round: { outcome: "aggregated", weights: applied.weights }, state: applied.state };
  }
}

function checkedPicks(strategy: Strategy, context: RoundContext): string[] {
  const picks = [...strategy.select(context)].sort(compareIds);
  const known = new Set(context.clients.map((client) => client.clientId));
  const wrong = picks.find((clientId, i) => !known.has(clientId) || clientId === picks[i - 1]);
  if (wrong !== undefined) {
    throw new StrategyError(
      "wrong_selection",
      `${strategy.id}: expected available clients, each once, got "${wrong}"`,
    );
  }
  return picks;
}

function requireOpen(closed: boolean, round: number): void {
  if (closed) throw new StrategyError("round_closed", `round ${round} is closed`);
}

/** By UTF-16 code units: the same on every machine, unlike a locale's order. */
function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
