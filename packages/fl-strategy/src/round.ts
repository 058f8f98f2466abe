import { aggregateRound } from "./aggregate-round.js";
import { type AggregationState, requireMatchingState } from "./aggregation-state.js";
import { monotonicNow } from "./clock.js";
import { StrategyError } from "./errors.js";
import { createHookRunner } from "./hook-runner.js";
import { rejectInvalid } from "./hooks/reject-invalid.js";
import type { AggregateHook, HookReport, RoundOutcome } from "./hooks.js";
import { randomStream } from "./random.js";
import { requireNumber } from "./require-option.js";
import { compareIds, openRoster } from "./roster.js";
import { type AcceptedUpdate, createRoundIntake } from "./round-intake.js";
import type { Selection } from "./selection/selection.js";
import type { Decision } from "./stop/decision.js";
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
import { createRoundSums } from "./weights/round-sums.js";
import { createStaging } from "./weights/staging.js";

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
  /** Fewest accepted updates from which an aggregate is made; default 1. */
  readonly quorum?: number;
  /** How long the round may take; default: as long as it takes. */
  readonly deadlineMs?: number;
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
  readonly selection: Selection;
  /** The accepted updates, ordered by client id. */
  readonly updates: readonly UpdateSummary[];
  readonly refused: readonly RefusedUpdate[];
  readonly failed: readonly FailedClient[];
  readonly hooks: readonly HookReport[];
  /** What the strategy says about going on; `continue` if it says nothing. */
  readonly decision: Decision;
}

/** A round in progress: give it each update as it arrives, then close it. */
export interface Round {
  /** Ordered by client id. */
  readonly tasks: readonly ClientTask[];
  /** Vectors that every picked client needs beside the global weights, by name. */
  readonly broadcast: Readonly<Record<string, Float32Array>>;
  /** Whether nothing more has to be waited for: as many updates are accepted as were asked for, or all were heard. */
  readonly isEnough: boolean;
  /** Milliseconds until the deadline, never below 0; Infinity without one. */
  remainingMs(): number;
  /** Takes an update, or refuses it with a reason and without effect on the aggregate. */
  receive(update: Update): UpdateVerdict;
  /** Says that a picked client will return nothing. */
  fail(clientId: string, reason: string): void;
  /** Ends the round; clients not heard of count as failed. Without a quorum the global weights stay. */
  close(): RoundResult;
}

/**
 * Selects and configures the round's clients and makes ready to aggregate their updates.
 *
 * Equal inputs give bit-equal weights in any order of arrival.
 * @throws StrategyError for a state of another strategy, wrong weights, a selection that names unknown clients, or a
 * throwing hook whose policy is `fail-run`; whatever the strategy itself throws passes through.
 */
export function openRound(options: RoundOptions): Round {
  const { strategy, hooks = defaultHooks, state, layout, globalWeights, round, train, seed } = options;
  const { quorum = 1, now = monotonicNow } = options;
  const { maxStaleness = 0 } = strategy;
  requireNumber("quorum", quorum, "an integer >= 1");
  const deadline = now() + requireNumber("deadlineMs", options.deadlineMs ?? Infinity, "a number > 0");
  const remainingMs = () => Math.max(0, deadline - now());
  requireMatchingState(state, strategy, hooks);
  if (globalWeights.length !== layout.size) {
    throw new StrategyError(
      "wrong_weights",
      `globalWeights: expected ${layout.size} elements, got ${globalWeights.length}`,
    );
  }
  const staging = createStaging(layout);
  const context: RoundContext = {
    round,
    layout,
    globalWeights,
    clients: [...options.clients].sort((a, b) => compareIds(a.clientId, b.clientId)),
    losses: state.losses,
    train,
    state: state.strategy.state,
    maxMagnitude: staging.maxMagnitude,
    random: (purpose, ...keys) => randomStream(seed, "strategy", purpose, round, ...keys),
  };
  const selection = strategy.select(context);
  const roster = openRoster<AcceptedUpdate>(strategy.id, selection.clientIds, context.clients);
  const { picks } = roster;
  const enough = Math.max(selection.enough ?? picks.length, quorum);
  const tasks = picks.map((clientId) => ({ clientId, config: strategy.configure(clientId, context) }));
  const broadcast = strategy.broadcast?.(context) ?? {};

  const sums = createRoundSums({
    layout,
    globalWeights,
    maxUpdates: Math.max(1, picks.length),
    staged: staging.staged,
  });
  const refused: RefusedUpdate[] = [];
  const failed: FailedClient[] = [];
  const summaries = () => roster.accepted().map(({ summary }) => summary);
  const aggregateContext: AggregateContext = {
    ...context,
    selection,
    picks,
    refused,
    failed,
    vectorSum: sums.vector,
    // Hooks look at single updates far more often than at all of them.
    get updates() {
      return summaries();
    },
  };

  const runner = createHookRunner({
    hooks,
    states: state.hooks,
    now,
    contextFor: (hook, hookState) => ({
      round: aggregateContext,
      state: hookState,
      maxStaleness,
      remainingMs,
      isPicked: roster.isPicked,
      isSettled: roster.isSettled,
      random: (purpose, ...keys) => randomStream(seed, "hook", hook.name, purpose, round, ...keys),
    }),
  });

  const intake = createRoundIntake({ strategy, context, roster, sums, enough });
  let closed = false;

  return {
    tasks,
    broadcast,

    get isEnough() {
      return roster.numAccepted >= enough || roster.numOpen === 0;
    },

    remainingMs,

    receive(update) {
      requireOpen(closed, round);
      const { clientId } = update;
      const refusal = intake.refuseStaleWeights(update) ?? passHooks(update);
      staging.forget();
      if (!refusal) return { status: "accepted" };
      refused.push(refusal);
      // An update of a round that is over says nothing about this one: its sender may still answer.
      if (intake.isCurrent(update) && roster.isPicked(clientId) && !roster.isSettled(clientId))
        roster.drop(clientId);
      return { status: "refused", ...refusal };
    },

    fail(clientId, reason) {
      requireOpen(closed, round);
      settleFailure(clientId, reason);
    },

    close() {
      requireOpen(closed, round);
      closed = true;
      const reason = roster.numAccepted >= enough ? "not needed: enough updates" : "no update in time";
      for (const clientId of roster.open()) settleFailure(clientId, reason);
      try {
        return finish();
      } finally {
        sums.release();
        staging.release();
      }
    },
  };

  function passHooks(update: Update): RefusedUpdate | undefined {
    const result = runner.beforeUpdate(update);
    return "refused" in result ? result.refused : intake.take(result.update);
  }

  function settleFailure(clientId: string, reason: string): void {
    if (!roster.isPicked(clientId) || roster.isSettled(clientId)) return;
    roster.drop(clientId);
    const failure = { clientId, reason };
    failed.push(failure);
    runner.onFailure(failure);
  }

  function finish(): RoundResult {
    const outcome = aggregateRound({
      strategy,
      hooks,
      runner,
      sums,
      quorum,
      held: () => roster.accepted().map(({ item }) => item as WeighedUpdate),
      context: aggregateContext,
    });
    runner.onRoundEnd(outcome.round);
    const updates = summaries();
    const losses = new Map(Object.entries(state.losses));
    for (const { clientId, metrics } of updates) {
      const loss = metrics.initial_loss ?? metrics.train_loss;
      if (loss !== undefined && Number.isFinite(loss)) losses.set(clientId, loss);
    }
    const nextContext = { ...aggregateContext, state: outcome.state };
    return {
      ...outcome.round,
      state: {
        strategy: { ...state.strategy, state: outcome.state },
        hooks: runner.states,
        losses: Object.fromEntries(losses),
      },
      selection,
      updates,
      refused,
      failed,
      hooks: runner.reports(),
      decision: strategy.decide?.(nextContext) ?? { decision: "continue" },
    };
  }
}

function requireOpen(closed: boolean, round: number): void {
  if (closed) throw new StrategyError("round_closed", `round ${round} is closed`);
}
