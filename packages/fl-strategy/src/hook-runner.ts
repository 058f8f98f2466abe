import { StrategyError } from "./errors.js";
import type { AggregateHook, HookContext, HookOutcome, HookReport, RoundOutcome } from "./hooks.js";
import type { FailedClient, Refusal, RefusedUpdate, Update } from "./update.js";

export interface HookRunnerOptions {
  readonly hooks: readonly AggregateHook[];
  readonly states: Readonly<Record<string, unknown>>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** The hook's view of the round as it is now. */
  readonly contextFor: (hook: AggregateHook, state: unknown) => HookContext;
}

/** Runs a round's hooks in order: keeps time, counts, states, and each hook's policy for its own exceptions. */
export interface HookRunner {
  /** Passes an update through every hook, until one refuses it. */
  beforeUpdate(update: Update): { update: Update } | { refused: RefusedUpdate };
  beforeAggregate(): Refusal | undefined;
  afterAggregate(delta: Float64Array): { delta: Float64Array } | { refused: Refusal };
  onFailure(failure: FailedClient): void;
  onRoundEnd(outcome: RoundOutcome): void;
  /** Why the round must keep the global weights, if a hook with policy `skip-round` has thrown. */
  readonly skipRound: Refusal | undefined;
  readonly states: Record<string, unknown>;
  reports(): HookReport[];
}

interface Tally {
  durationMs: number;
  rank: number;
  counters: Record<string, number>;
}

const verdicts = ["passed", "replaced", "refused", "threw"] as const;

export function createHookRunner({ hooks, states, now, contextFor }: HookRunnerOptions): HookRunner {
  const current: Record<string, unknown> = { ...states };
  const tallies = new Map<string, Tally>(
    hooks.map((hook) => [
      hook.name,
      { durationMs: 0, rank: 0, counters: { calls: 0, replaced: 0, refused: 0, threw: 0 } },
    ]),
  );
  let skipRound: Refusal | undefined;

  /** One call of one hook; an exception becomes a refusal, unless the policy is `fail-run`. */
  function call<T>(
    hook: AggregateHook,
    method: string,
    body: (context: HookContext) => HookOutcome<T, unknown> | undefined,
  ): HookOutcome<T, unknown> & { threw?: true } {
    const tally = tallies.get(hook.name) as Tally;
    const note = (verdict: (typeof verdicts)[number]) => {
      tally.rank = Math.max(tally.rank, verdicts.indexOf(verdict));
      if (verdict !== "passed") tally.counters[verdict] = (tally.counters[verdict] ?? 0) + 1;
    };
    const startedAt = now();
    tally.counters.calls = (tally.counters.calls ?? 0) + 1;
    try {
      const outcome = body(contextFor(hook, current[hook.name])) ?? {};
      note(outcome.refuse ? "refused" : outcome.replace !== undefined ? "replaced" : "passed");
      if (outcome.state !== undefined) current[hook.name] = outcome.state;
      for (const [name, value] of Object.entries(outcome.counters ?? {})) {
        tally.counters[name] = (tally.counters[name] ?? 0) + value;
      }
      return outcome;
    } catch (cause) {
      note("threw");
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `hook ${hook.name}: ${method} threw: ${reason}`;
      if (hook.onThrow === "fail-run") throw new StrategyError("hook_failed", message, { cause });
      const refuse = { code: "hook_failed", message };
      if (hook.onThrow === "skip-round" && method.startsWith("before")) skipRound ??= refuse;
      return { refuse, threw: true };
    } finally {
      tally.durationMs += now() - startedAt;
    }
  }

  return {
    beforeUpdate(update) {
      let value = update;
      for (const hook of hooks) {
        if (!hook.beforeUpdate) continue;
        const outcome = call<Update>(hook, "beforeUpdate", (context) => {
          const result = hook.beforeUpdate?.(value, context);
          if (result?.replace) requireSameClient(result.replace, value);
          return result;
        });
        if (outcome.refuse) {
          return { refused: { clientId: update.clientId, by: hook.name, ...outcome.refuse } };
        }
        if (outcome.replace) value = outcome.replace;
      }
      return { update: value };
    },

    beforeAggregate() {
      for (const hook of hooks) {
        if (!hook.beforeAggregate) continue;
        const outcome = call<never>(hook, "beforeAggregate", (context) => hook.beforeAggregate?.(context));
        if (outcome.refuse) return outcome.refuse;
      }
      return undefined;
    },

    afterAggregate(delta) {
      let value = delta;
      // Hooks are layers: the last to touch the updates is the first to touch what they add up to.
      for (const hook of hooks.toReversed()) {
        if (!hook.afterAggregate) continue;
        const outcome = call<Float64Array>(hook, "afterAggregate", (context) => {
          const result = hook.afterAggregate?.(value, context);
          if (result?.replace && result.replace.length !== delta.length) {
            throw new RangeError(`delta: expected ${delta.length} elements, got ${result.replace.length}`);
          }
          return result;
        });
        if (outcome.refuse) return { refused: outcome.refuse };
        if (outcome.replace) value = outcome.replace;
      }
      return { delta: value };
    },

    onFailure(failure) {
      watch("onFailure", (hook, context) => hook.onFailure?.(failure, context));
    },

    onRoundEnd(outcome) {
      watch("onRoundEnd", (hook, context) => hook.onRoundEnd?.(outcome, context));
    },

    get skipRound() {
      return skipRound;
    },

    states: current,

    reports: () =>
      hooks.map(({ name }) => {
        const { durationMs, rank, counters } = tallies.get(name) as Tally;
        return { name, durationMs, verdict: verdicts[rank] ?? "passed", counters };
      }),
  };

  function watch(
    method: "onFailure" | "onRoundEnd",
    body: (hook: AggregateHook, context: HookContext) => void,
  ): void {
    for (const hook of hooks) {
      if (!hook[method]) continue;
      call<never>(hook, method, (context) => {
        body(hook, context);
        return undefined;
      });
    }
  }
}

function requireSameClient(replacement: Update, original: Update): void {
  const { clientId, values, round } = replacement;
  if (clientId !== original.clientId || round !== original.round) {
    throw new RangeError(
      `update: expected client ${original.clientId} and round ${original.round}, got ${clientId} and ${round}`,
    );
  }
  if (values.length !== original.values.length) {
    throw new RangeError(`update.values: expected ${original.values.length} elements, got ${values.length}`);
  }
}
