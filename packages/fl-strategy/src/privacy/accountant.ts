import { StrategyError } from "../errors.js";
import { requireNumber } from "../require-option.js";
import {
  checkSampling,
  describeGap,
  type FixedSizeSampling,
  type LedgerEntry,
  type PoissonSampling,
  type PrivacyLedger,
  type SamplingScheme,
} from "./ledger.js";
import { tightEpsilon } from "./pld.js";
import {
  composeRdp,
  fixedSizeRdp,
  type PoissonRounds,
  poissonRdp,
  type RdpCurve,
  rdpEpsilon,
} from "./rdp.js";
import { smallestPassing } from "./smallest-passing.js";

/** `rdp`: Renyi divergence, fast. `pld`: privacy loss distribution, tight; of sampling by coin or of everybody only. */
export type AccountingMethod = "rdp" | "pld";

/** At which delta, and how, epsilon is stated. */
export interface AccountingOptions {
  readonly delta: number;
  /** Default `rdp`. */
  readonly method?: AccountingMethod;
}

/** What was spent, with the method that really gave it and the Renyi order where there is one; or why nobody knows. */
export type PrivacySpent =
  | {
      readonly epsilon: number;
      readonly delta: number;
      readonly method: AccountingMethod;
      readonly order?: number;
    }
  | { readonly epsilon: "unknown"; readonly reasons: readonly string[] };

/** Rounds that are planned: how the clients are asked, and the noise on their sum divided by the clip norm. */
export type PlannedRound = (PoissonSampling | FixedSizeSampling) & { readonly noiseMultiplier: number };

type PlannedRounds = PlannedRound & { readonly rounds: number };

/**
 * The epsilon that all recorded rounds cost together at a given delta, never under the true one. `unknown` with reasons
 * if an assumption was not kept, or if delta is 1 / population or more (a release of one client's data whole would
 * pass). Fixed-size samples are accounted by their own bound, never by the one for Poisson sampling.
 * @throws StrategyError `invalid_option` for delta outside (0, 1) or an unknown method.
 */
export function spent(ledger: PrivacyLedger, options: AccountingOptions): PrivacySpent {
  const { delta, method } = checkOptions(options);
  const reasons = doubts(ledger, delta);
  if (reasons.length > 0) return { epsilon: "unknown", reasons };
  return { delta, ...account(ledger.entries, { delta, method }) };
}

/**
 * How many more such rounds keep epsilon at or below the target: exact by `rdp`; by `pld` never too many and at most 1
 * in 1,000 too few. Infinity if they cost nothing; `unknown` with reasons as {@link spent}.
 * @throws StrategyError `invalid_option` for numbers out of range or a round of another sampling than the ledger's.
 */
export function roundsWithin(
  ledger: PrivacyLedger,
  plan: PlannedRound & AccountingOptions & { readonly targetEpsilon: number },
): { readonly rounds: number } | { readonly rounds: "unknown"; readonly reasons: readonly string[] } {
  const options = checkOptions(plan);
  const target = requireNumber("targetEpsilon", plan.targetEpsilon, "a finite number >= 0");
  const noiseMultiplier = requireNumber("noiseMultiplier", plan.noiseMultiplier, "a finite number > 0");
  const round = { ...checkSampling(ledger.sampling, plan), noiseMultiplier };
  const reasons = doubts(ledger, options.delta, plan);
  if (reasons.length > 0) return { rounds: "unknown", reasons };
  if ("samplingRate" in round && round.samplingRate === 0) return { rounds: Number.POSITIVE_INFINITY };
  const [before, each] = [composeRdp(ledger.entries.map(rdpOf)), rdpOf({ ...round, rounds: 1 })];
  const fitsRdp = (rounds: number) =>
    rdpEpsilon(composeRdp([before, each.map((value) => rounds * value)]), options).epsilon <= target;
  const byRdp = largestFitting(fitsRdp, { start: 0, tolerance: 0 });
  if (options.method === "rdp") return { rounds: byRdp };
  const fits = (rounds: number) =>
    account([...ledger.entries, { ...round, rounds }], options).epsilon <= target;
  return { rounds: largestFitting(fits, { start: byRdp, tolerance: 1e-3 }) };
}

/**
 * The smallest noise multiplier with which that many rounds stay at or below the target epsilon: to 1e-9 by `rdp`, to
 * 1e-4 by `pld`, never too small.
 * @throws StrategyError `invalid_option` for numbers out of range or a target below what the method can show at all.
 */
export function noiseMultiplierFor(
  plan: (PoissonSampling | FixedSizeSampling) &
    AccountingOptions & { readonly targetEpsilon: number; readonly rounds: number },
): number {
  const { delta, method } = checkOptions(plan);
  const target = requireNumber("targetEpsilon", plan.targetEpsilon, "a finite number > 0");
  const rounds = requireNumber("rounds", plan.rounds, "an integer >= 1");
  const scheme: SamplingScheme = "samplingRate" in plan ? "poisson" : "fixed-size";
  const sampling = checkSampling(scheme, plan);
  const tooLarge = deltaDoubt(delta, "population" in plan ? plan.population : 0);
  if (tooLarge !== undefined) throw new StrategyError("invalid_option", tooLarge);
  const passes = (by: AccountingMethod) => (noiseMultiplier: number) =>
    account([{ ...sampling, noiseMultiplier, rounds }], { delta, method: by }).epsilon <= target;
  const byRdp = smallestPassing(passes("rdp"), { start: 1, tolerance: 1e-9, limit: 1e9 });
  const found =
    method === "rdp"
      ? byRdp
      : smallestPassing(passes("pld"), { start: byRdp ?? 1, tolerance: 1e-4, limit: 1e9 });
  if (found !== undefined) return found;
  throw new StrategyError(
    "invalid_option",
    `targetEpsilon: expected one that ${method} can show at delta ${delta}, got ${target}`,
  );
}

function checkOptions({ delta, method = "rdp" }: AccountingOptions): Required<AccountingOptions> {
  requireNumber("delta", delta, "a number in (0, 1)");
  if (method === "rdp" || method === "pld") return { delta, method };
  throw new StrategyError("invalid_option", `method: expected "rdp" or "pld", got ${String(method)}`);
}

function doubts(ledger: PrivacyLedger, delta: number, plan?: PlannedRound): readonly string[] {
  const reasons = ledger.gaps.map(describeGap);
  const populations = [ledger, ...ledger.entries, ...(plan ? [plan] : [])].map((source) =>
    "population" in source ? (source.population ?? 0) : 0,
  );
  const tooLarge = deltaDoubt(delta, Math.max(...populations));
  return tooLarge === undefined ? reasons : [...reasons, tooLarge];
}

function deltaDoubt(delta: number, population: number): string | undefined {
  if (population === 0 || delta < 1 / population) return undefined;
  return `delta: expected less than 1 / population = ${1 / population}, got ${delta}`;
}

function account(
  entries: readonly (LedgerEntry | PlannedRounds)[],
  { delta, method }: Required<AccountingOptions>,
): { readonly epsilon: number; readonly method: AccountingMethod; readonly order?: number } {
  const tight = method === "pld" ? entries.map(asPoisson) : [];
  if (method === "pld" && tight.every((step) => step !== undefined)) {
    return { epsilon: tightEpsilon(tight, delta), method };
  }
  if (entries.length === 0) return { epsilon: 0, method };
  return { ...rdpEpsilon(composeRdp(entries.map(rdpOf)), { delta }), method: "rdp" };
}

function rdpOf(entry: LedgerEntry | PlannedRounds): RdpCurve {
  return "samplingRate" in entry ? poissonRdp(entry) : fixedSizeRdp(entry);
}

/** Rounds that the tight method can take: sampled by coin, or all clients with the sensitivity of a replacement. */
function asPoisson(entry: LedgerEntry | PlannedRounds): PoissonRounds | undefined {
  if ("samplingRate" in entry) return entry;
  if (entry.sampleSize < entry.population) return undefined;
  return { samplingRate: 1, noiseMultiplier: entry.noiseMultiplier / 2, rounds: entry.rounds };
}

/** The largest count from `start` on that fits; counts fit up to some number. `start` is returned if not even it fits. */
function largestFitting(
  fits: (count: number) => boolean,
  { start, tolerance }: { readonly start: number; readonly tolerance: number },
): number {
  let fitting = start;
  let step = Math.max(1, Math.ceil(start / 8));
  while (fitting + step < Number.MAX_SAFE_INTEGER && fits(fitting + step)) {
    fitting += step;
    step *= 2;
  }
  let failing = fitting + step;
  while (failing - fitting > Math.max(1, tolerance * fitting)) {
    const middle = Math.floor((fitting + failing) / 2);
    if (fits(middle)) fitting = middle;
    else failing = middle;
  }
  return fitting;
}
