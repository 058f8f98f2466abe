// McMahan, Ramage, Talwar, Zhang: "Learning Differentially Private Recurrent Language Models", ICLR 2018 (arXiv
// 1710.06963), Algorithm 1: each update is clipped to C and counts the same; the sum gets noise of deviation z C and is
// divided by the planned number of clients m. With adaptive clipping: Andrew, Thakkar, McMahan, Ramaswamy, NeurIPS 2021
// (arXiv 1905.03871), Algorithm 1.

import type { AggregationState } from "../aggregation-state.js";
import type { Description } from "../description.js";
import type { AggregateHook, HookContext } from "../hooks.js";
import { type AccountingMethod, type PrivacySpent, spent } from "../privacy/accountant.js";
import { nextClipNorm, noiseMultiplierForUpdates } from "../privacy/adaptive-clip.js";
import { createGaussianNoise, type GaussianNoise, type RandomBytes } from "../privacy/gaussian-noise.js";
import {
  createLedger,
  type LedgerGap,
  type PrivacyLedger,
  recordGap,
  recordRound,
} from "../privacy/ledger.js";
import { requireKnownOptions, requireNumber, requireOneOf } from "../require-option.js";
import type { Sampling } from "../selection/selection.js";
import type { Strategy } from "../strategy.js";
import { rangesOf } from "../weights/ranges.js";
import { clipToNorm } from "./clip-update.js";

export interface CentralPrivacyOptions {
  /** z: deviation of the noise on the sum of updates, divided by the clip norm; > 0. */
  readonly noiseMultiplier: number;
  /** C: longest update, or how to find it. */
  readonly clipNorm: number | AdaptiveClipNorm;
  /** Number of clients in the federation, if it is known: delta must be below 1 / population. */
  readonly population?: number;
  /** `seeded` noise makes runs repeatable and protects nobody: the privacy spent is unknown then. Default `secure`. */
  readonly noise?: "secure" | "seeded";
  /** Where secure noise takes its bytes from; default `crypto.getRandomValues`. */
  readonly source?: RandomBytes;
}

export const centralPrivacyDescription: Description<Omit<CentralPrivacyOptions, "source">> = {
  title: "Central privacy",
  about:
    "Differential privacy for clients: clips each update, adds noise to their sum and keeps account of the privacy spent. Goes with strategies whose aggregate is a mean, with weighting uniform, and comes last among the hooks.",
  options: {
    noiseMultiplier: {
      kind: "number",
      about:
        "Standard deviation of the noise on the sum of the updates, in clip norms: the larger, the more private and the less exact. 1 is usual.",
      isRequired: true,
      min: 0,
      isAboveMin: true,
    },
    clipNorm: {
      kind: "number",
      about:
        'Longest update, as an L2 norm. An object such as {"quantile": 0.5} in its place has it follow the updates\' norms.',
      isRequired: true,
      min: 0,
      isAboveMin: true,
    },
    population: {
      kind: "integer",
      about: "Number of clients in the federation, if it is known: delta has to be below 1 / population.",
      min: 1,
    },
    noise: {
      kind: "choice",
      about: "Where noise comes from. Seeded noise makes runs repeatable and protects nobody.",
      choices: ["secure", "seeded"],
      default: "secure",
    },
  },
};

/** A clip norm that follows a quantile of the updates' norms. */
export interface AdaptiveClipNorm {
  /** C of the first round, > 0; default 0.1. */
  readonly initial?: number;
  /** Share of updates that should stay unclipped (gamma); default 0.5. */
  readonly quantile?: number;
  /** Step (eta); default 0.2. */
  readonly learningRate?: number;
  /**
   * Deviation of the noise on the count of unclipped updates (s_b); default a twentieth of the planned clients, and at
   * least `noiseMultiplier`.
   */
  readonly countNoise?: number;
}

/** What the hook keeps between rounds. */
export interface CentralPrivacyState {
  readonly clipNorm: number;
  /** Updates of a round that were not clipped. */
  readonly unclipped: { readonly round: number; readonly count: number };
  /** None before the first round. */
  readonly ledger: PrivacyLedger | null;
}

type Context = HookContext<CentralPrivacyState>;

const NAME = "central-privacy";

/**
 * Differential privacy for clients, given by the server: clips, adds noise once, keeps the ledger. Goes with strategies
 * whose aggregate is a mean, with `weighting: "uniform"`, and comes last among the hooks, so that what others make of the
 * aggregate is made of the noised one.
 * @throws StrategyError `invalid_option`
 */
export function centralPrivacy(options: CentralPrivacyOptions): AggregateHook<CentralPrivacyState> {
  requireKnownOptions(NAME, options, ["noiseMultiplier", "clipNorm", "population", "noise", "source"]);
  const { clipNorm, noise = "secure", source } = options;
  const z = requireNumber("noiseMultiplier", options.noiseMultiplier, "a finite number > 0");
  const adaptive = typeof clipNorm === "object" && clipNorm !== null ? checkedAdaptive(clipNorm) : undefined;
  const initial = adaptive ? adaptive.initial : requireNumber("clipNorm", clipNorm, "a finite number > 0");
  requireOneOf("noise", noise, ["secure", "seeded"]);
  const { population } = options;
  if (population !== undefined) requireNumber("population", population, "an integer >= 1");
  let secure: GaussianNoise | undefined;

  function noiseOf(context: Context): GaussianNoise {
    if (noise === "secure") {
      secure ??= createGaussianNoise(source);
      return secure;
    }
    const random = context.random("noise");
    return createGaussianNoise({
      fill(bytes) {
        for (let i = 0; i < bytes.length; i += 1) bytes[i] = random.integer(256);
      },
    });
  }

  return {
    name: NAME,
    releasesAlways: true,
    // Noise that was left out cannot be put back: a failure here must not pass as one bad round.
    onThrow: "fail-run",
    objectTo: (strategy, hooks) => objectionTo(strategy, hooks),
    init: () => ({ clipNorm: initial, unclipped: { round: 0, count: 0 }, ledger: null }),

    beforeUpdate(update, { round, state }) {
      const result = clipToNorm(update, state.clipNorm, round);
      if ("refuse" in result) return { refuse: result.refuse, counters: { [result.refuse.code]: 1 } };
      if (result.clipped) return { replace: result.update, counters: { clipped: 1 } };
      const unclipped = { round: round.round, count: countOf(state, round.round) + 1 };
      return { state: { ...state, unclipped } };
    },

    beforeAggregate({ round, state }) {
      const [first, ...others] = round.updates;
      if (others.every(({ weight }) => weight === first?.weight)) return undefined;
      const message = `${NAME}: expected equal weights, got others: give the strategy weighting "uniform"`;
      const ledger = recordGap(
        state.ledger ?? emptyLedger(round.selection.sampling, population),
        "unequal_weights",
      );
      return { refuse: { code: "unequal_weights", message }, state: { ...state, ledger } };
    },

    afterAggregate(delta, context) {
      const { round, state } = context;
      const { sampling } = round.selection;
      // Without a sampling that accounting knows, the clients that were asked are the best plan there is.
      const planned = Math.max(sampling?.planned ?? round.picks.length, Number.MIN_VALUE);
      const drawn = noiseOf(context);
      const countNoise = adaptive ? (adaptive.countNoise ?? Math.max(planned / 20, z)) : undefined;
      const zUpdates =
        countNoise === undefined ? z : noiseMultiplierForUpdates({ noiseMultiplier: z, countNoise });
      const sigma = (zUpdates * state.clipNorm) / planned;
      const released = new Float64Array(delta.length);
      for (const { start, end } of rangesOf(round.layout, "shared")) {
        const part = released.subarray(start, end);
        for (let i = 0; i < part.length; i += 1) {
          part[i] = ((delta[start + i] as number) * round.updates.length) / planned;
        }
        drawn.fill(part, sigma);
      }
      const ledger = entered(state.ledger, sampling, { z, population, seeded: noise === "seeded" });
      const next = adaptive
        ? nextClipNorm({
            clipNorm: state.clipNorm,
            noisedUnclipped: countOf(state, round.round) + (countNoise as number) * drawn.next(),
            plannedClients: planned,
            learningRate: adaptive.learningRate,
            targetQuantile: adaptive.quantile,
          })
        : state.clipNorm;
      return {
        replace: released,
        state: { ...state, clipNorm: next, ledger },
        counters: { clip_norm: state.clipNorm, noise_sigma: sigma },
      };
    },
  };
}

/**
 * What a run with {@link centralPrivacy} has spent; undefined if its state knows no such hook.
 * @throws StrategyError `invalid_option` for a delta outside (0, 1).
 */
export function privacySpent(
  state: AggregationState,
  options: { readonly delta: number; readonly method?: AccountingMethod },
): PrivacySpent | undefined {
  if (!Object.hasOwn(state.hooks, NAME)) return undefined;
  const { ledger } = state.hooks[NAME] as CentralPrivacyState;
  return spent(ledger ?? createLedger({ sampling: "poisson" }), options);
}

/** Unclipped updates of this round; what is left of a round without an aggregate does not count. */
function countOf({ unclipped }: CentralPrivacyState, round: number): number {
  return unclipped.round === round ? unclipped.count : 0;
}

/** The ledger with this round in it: what was asked of the clients, and what the accountant cannot rely on. */
function entered(
  before: PrivacyLedger | null,
  sampling: Sampling | undefined,
  { z, population, seeded }: { z: number; population: number | undefined; seeded: boolean },
): PrivacyLedger {
  let ledger = before ?? emptyLedger(sampling, population);
  const gap = (name: LedgerGap) => {
    ledger = recordGap(ledger, name);
  };
  if (seeded) gap("seeded_noise");
  if (!sampling || sampling.kind !== ledger.sampling) {
    gap("selection_not_as_declared");
    return ledger;
  }
  const round =
    sampling.kind === "poisson"
      ? { samplingRate: sampling.rate }
      : { sampleSize: sampling.planned, population: sampling.population };
  return recordRound(ledger, { ...round, noiseMultiplier: z });
}

function emptyLedger(sampling: Sampling | undefined, population: number | undefined): PrivacyLedger {
  return createLedger({
    sampling: sampling?.kind ?? "poisson",
    ...(population === undefined ? {} : { population }),
  });
}

function objectionTo(strategy: Strategy, hooks: readonly AggregateHook[]): string | undefined {
  if (strategy.mean === undefined) {
    return `expected a strategy whose aggregate is a mean of the updates, got ${strategy.id}`;
  }
  if (strategy.mean === "weighted") {
    return `expected a strategy with weighting "uniform", got ${strategy.id} with weighting "samples"`;
  }
  const place = hooks.findIndex((hook) => hook.name === NAME);
  if (!hooks.slice(0, place).some((hook) => hook.name === "reject-invalid")) {
    return "expected reject-invalid before it, got none";
  }
  const later = hooks.slice(place + 1).find((hook) => hook.beforeUpdate || hook.afterAggregate);
  return (
    later && `expected to be the last hook that changes updates or the aggregate, got ${later.name} after it`
  );
}

function checkedAdaptive(options: AdaptiveClipNorm) {
  requireKnownOptions("clipNorm", options, ["initial", "quantile", "learningRate", "countNoise"]);
  const { initial = 0.1, quantile = 0.5, learningRate = 0.2, countNoise } = options;
  requireNumber("clipNorm.initial", initial, "a finite number > 0");
  requireNumber("clipNorm.quantile", quantile, "a number in [0, 1]");
  requireNumber("clipNorm.learningRate", learningRate, "a finite number > 0");
  if (countNoise !== undefined) requireNumber("clipNorm.countNoise", countNoise, "a finite number > 0");
  return { initial, quantile, learningRate, countNoise };
}
