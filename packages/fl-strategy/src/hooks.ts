import type { RandomStream } from "./random.js";
import type { AggregateContext, Strategy } from "./strategy.js";
import type { FailedClient, Note, Refusal, Update } from "./update.js";
import type { WeightsLayout } from "./weights/layout.js";

/**
 * What follows when a hook throws: the update it was looking at is refused, the round keeps the global weights, or
 * the run fails. Where there is no update, `skip-update` acts as `skip-round`; a hook that only watches costs nothing
 * but its own report unless the policy is `fail-run`.
 */
export type HookPolicy = "skip-update" | "skip-round" | "fail-run";

/** What a hook decided; nothing at all means "go on unchanged". */
export interface HookOutcome<Value, State> {
  readonly replace?: Value;
  readonly refuse?: Refusal;
  /** The hook's new state. */
  readonly state?: State;
  /** Numbers for the round's report, summed over its calls. */
  readonly counters?: Readonly<Record<string, number>>;
}

/** What a hook sees of the round and of itself. */
export interface HookContext<State = unknown> {
  /** The round; its `updates`, `refused` and `failed` are those so far. */
  readonly round: Omit<AggregateContext, "state" | "random" | "vectorSum">;
  /** The hook's own state; not to be written to: a changed one is returned in the outcome. */
  readonly state: State;
  /** How many rounds ago a client may have started: see `Strategy.maxStaleness`. */
  readonly maxStaleness: number;
  /** Milliseconds until the round's deadline, never below 0; Infinity without one. */
  remainingMs(): number;
  isPicked(clientId: string): boolean;
  /** Whether the client's update was accepted or refused, or the client failed. */
  isSettled(clientId: string): boolean;
  /** The random stream of one purpose of this hook in this round. */
  random(purpose: string, ...keys: (string | number)[]): RandomStream;
}

/** How a round ended, as watchers see it. */
export interface RoundOutcome {
  readonly outcome: "aggregated" | "kept";
  /** Why the global weights were kept. */
  readonly reason?: string;
  readonly weights: Float32Array;
  /** What people should know of the round though nothing was refused. */
  readonly notes: readonly Note[];
}

/**
 * Acts on a strategy's round; `before…` and `after…` may replace or refuse, `on…` only watches. Hooks are layers around the
 * strategy: `before…` runs in the order of the list, `after…` the other way round.
 */
export interface AggregateHook<State = unknown> {
  /** Unique in the list. */
  readonly name: string;
  /**
   * Has an aggregate released after every round, also of too few updates or of none (then it is 0): for privacy, where
   * that nothing came must not show.
   */
  readonly releasesAlways?: boolean;
  /** Default `skip-update`. */
  readonly onThrow?: HookPolicy;
  /** Why this hook cannot work with the strategy or beside the other hooks of the list, as one sentence. */
  objectTo?(strategy: Strategy, hooks: readonly AggregateHook[]): string | undefined;
  /** The state before round 1: plain data and typed arrays, see `encodeState`. */
  init?(layout: WeightsLayout): State;
  /** Sees each update when it arrives, before it is folded. */
  beforeUpdate?(update: Update, context: HookContext<State>): HookOutcome<Update, State> | undefined;
  /** Sees every accepted update's counts and metrics, before the aggregate is made. */
  beforeAggregate?(context: HookContext<State>): HookOutcome<never, State> | undefined;
  /** Sees the aggregated difference (float64), before the strategy applies it. */
  afterAggregate?(
    delta: Float64Array,
    context: HookContext<State>,
  ): HookOutcome<Float64Array, State> | undefined;
  onFailure?(failure: FailedClient, context: HookContext<State>): void;
  onRoundEnd?(outcome: RoundOutcome, context: HookContext<State>): void;
}

/** What one hook did in one round. */
export interface HookReport {
  readonly name: string;
  readonly durationMs: number;
  /** The strongest thing it did: `threw` over `refused` over `replaced` over `passed`. */
  readonly verdict: "passed" | "replaced" | "refused" | "threw";
  /** `calls`, `replaced`, `refused`, `threw`, and the hook's own. */
  readonly counters: Readonly<Record<string, number>>;
}
