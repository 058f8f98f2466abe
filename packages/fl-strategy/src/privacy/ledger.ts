import { StrategyError } from "../errors.js";
import { requireNumber } from "../require-option.js";

/**
 * How the clients of a round are chosen. `poisson`: each by its own coin; neighbours differ by one client added or
 * removed. `fixed-size`: exactly so many of so many; neighbours differ by one client replaced by another.
 */
export type SamplingScheme = "poisson" | "fixed-size";

/** Each client takes part with this probability. */
export interface PoissonSampling {
  readonly samplingRate: number;
}

/** Exactly `sampleSize` clients of `population` take part. */
export interface FixedSizeSampling {
  readonly sampleSize: number;
  readonly population: number;
}

/** Equal rounds: how the clients were asked, and the noise on their sum divided by the clip norm. */
export type LedgerEntry = (PoissonSampling | FixedSizeSampling) & {
  readonly noiseMultiplier: number;
  readonly rounds: number;
  /** How many of the rounds changed the model in the end; the others cost as much. */
  readonly kept: number;
};

/** Every assumption of the accountant that a round can break. */
export type LedgerGap =
  | "clipping_off"
  | "noise_off"
  | "seeded_noise"
  | "ledger_lost"
  | "unequal_weights"
  | "selection_not_as_declared";

/** What was released so far: plain data, safe to write as JSON and to carry from version to version. */
export interface PrivacyLedger {
  readonly version: 1;
  /** Whose data is protected: all that one client holds, not one record. */
  readonly unit: "client";
  readonly sampling: SamplingScheme;
  /** Number of clients there are, if it is known. */
  readonly population?: number;
  readonly entries: readonly LedgerEntry[];
  /** Broken assumptions, each once; with one of them no epsilon can be stated any more. */
  readonly gaps: readonly LedgerGap[];
}

/** One round whose noise was released, kept or not. */
export type LedgerRound = (PoissonSampling | FixedSizeSampling) & {
  readonly noiseMultiplier: number;
  /** Whether the round changed the model; default true. It costs the same if not. */
  readonly kept?: boolean;
};

const gapReasons: Readonly<Record<LedgerGap, string>> = {
  clipping_off: "clipping was off in a round, so that one client's influence had no bound",
  noise_off: "a round was released without noise",
  seeded_noise: "noise came from a seeded generator, which whoever knows the seed can subtract",
  ledger_lost: "the run was resumed without its ledger, so that earlier rounds are not counted",
  unequal_weights: "clients had unequal weights, so that the noise was too small for the heaviest one",
  selection_not_as_declared: "clients were not selected the way that the ledger declares",
};

/**
 * Opens an empty ledger.
 * @throws StrategyError `invalid_option` for an unknown unit or sampling, or a population that is no integer >= 1.
 */
export function createLedger({
  unit = "client",
  sampling,
  population,
}: {
  readonly unit?: "client";
  readonly sampling: SamplingScheme;
  readonly population?: number;
}): PrivacyLedger {
  if (unit !== "client") {
    throw new StrategyError("invalid_option", `unit: expected "client", got ${String(unit)}`);
  }
  if (sampling !== "poisson" && sampling !== "fixed-size") {
    throw new StrategyError(
      "invalid_option",
      `sampling: expected "poisson" or "fixed-size", got ${String(sampling)}`,
    );
  }
  if (population !== undefined) requireNumber("population", population, "an integer >= 1");
  const known = population === undefined ? {} : { population };
  return { version: 1, unit, sampling, ...known, entries: [], gaps: [] };
}

/**
 * The ledger with one more round, for every round whose noise was released, whatever became of it. Equal rounds share
 * an entry: their order does not matter to the cost.
 * @throws StrategyError `invalid_option` if the round is not of the sampling that the ledger declares, or a number is
 * out of range; a round without noise is a gap, not a round.
 */
export function recordRound(ledger: PrivacyLedger, { kept = true, ...round }: LedgerRound): PrivacyLedger {
  const entry = { ...checkSampling(ledger.sampling, round), ...checkNoise(round.noiseMultiplier) };
  const known = ledger.entries.findIndex((other) => sameKind(other, entry));
  const before = ledger.entries[known] ?? { rounds: 0, kept: 0 };
  const counted = { ...entry, rounds: before.rounds + 1, kept: before.kept + (kept ? 1 : 0) };
  const entries = known < 0 ? [...ledger.entries, counted] : ledger.entries.with(known, counted);
  return { ...ledger, entries };
}

/**
 * The ledger with one assumption marked as not kept: from here on what was spent is unknown.
 * @throws StrategyError `invalid_option` for an unknown gap.
 */
export function recordGap(ledger: PrivacyLedger, gap: LedgerGap): PrivacyLedger {
  if (!isGap(gap)) {
    throw new StrategyError(
      "invalid_option",
      `gap: expected one of ${Object.keys(gapReasons).join(", ")}, got ${String(gap)}`,
    );
  }
  return ledger.gaps.includes(gap) ? ledger : { ...ledger, gaps: [...ledger.gaps, gap] };
}

/** What a gap means, in a sentence without a full stop. */
export function describeGap(gap: LedgerGap): string {
  return gapReasons[gap];
}

/** Checks a ledger that comes from a file or another process; never throws. */
export function readLedger(
  value: unknown,
): { readonly ledger: PrivacyLedger } | { readonly problem: string } {
  try {
    const { version, unit, sampling, population, entries, gaps } = Object(value) as Record<string, unknown>;
    if (version !== 1) return { problem: `version: expected 1, got ${String(version)}` };
    if (unit !== "client") return { problem: `unit: expected "client", got ${String(unit)}` };
    if (!Array.isArray(entries)) return { problem: "entries: expected a list" };
    if (!Array.isArray(gaps)) return { problem: "gaps: expected a list" };
    let ledger = createLedger({
      unit,
      sampling: sampling as SamplingScheme,
      ...(population === undefined ? {} : { population: population as number }),
    });
    ledger = { ...ledger, entries: entries.map((entry) => readEntry(ledger.sampling, Object(entry))) };
    for (const gap of gaps) ledger = recordGap(ledger, gap as LedgerGap);
    return { ledger };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The sampling of a round alone, checked.
 * @throws StrategyError `invalid_option` as {@link recordRound}.
 */
export function checkSampling(scheme: SamplingScheme, round: object): PoissonSampling | FixedSizeSampling {
  const { samplingRate, sampleSize, population } = round as Partial<PoissonSampling & FixedSizeSampling>;
  if (scheme === "poisson") {
    return { samplingRate: requireNumber("samplingRate", samplingRate, "a number in [0, 1]") };
  }
  const all = requireNumber("population", population, "an integer >= 1");
  const sample = requireNumber("sampleSize", sampleSize, "an integer >= 1");
  if (sample <= all) return { sampleSize: sample, population: all };
  throw new StrategyError("invalid_option", `sampleSize: expected an integer in [1, ${all}], got ${sample}`);
}

function checkNoise(noiseMultiplier: unknown) {
  return { noiseMultiplier: requireNumber("noiseMultiplier", noiseMultiplier, "a finite number > 0") };
}

function readEntry(scheme: SamplingScheme, entry: Record<string, unknown>): LedgerEntry {
  const rounds = requireNumber("rounds", entry.rounds, "an integer >= 1");
  const kept = requireNumber("kept", entry.kept, "an integer >= 0");
  if (kept > rounds) {
    throw new StrategyError("invalid_option", `kept: expected no more than rounds ${rounds}, got ${kept}`);
  }
  return { ...checkSampling(scheme, entry), ...checkNoise(entry.noiseMultiplier), rounds, kept };
}

function isGap(gap: unknown): gap is LedgerGap {
  return typeof gap === "string" && Object.hasOwn(gapReasons, gap);
}

function sameKind(one: LedgerEntry, other: LedgerRound): boolean {
  const { samplingRate, sampleSize, population } = one as Partial<PoissonSampling & FixedSizeSampling>;
  const second = other as Partial<PoissonSampling & FixedSizeSampling>;
  return (
    one.noiseMultiplier === other.noiseMultiplier &&
    samplingRate === second.samplingRate &&
    sampleSize === second.sampleSize &&
    population === second.population
  );
}
