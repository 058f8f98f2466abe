import type { RandomStream } from "@fedloom/fl-strategy";
import { invalidData, invalidOption } from "./invalid-data.js";

export interface SplitOptions {
  /** Each class is split by itself, so that all parts have them in the same shares. */
  readonly labels: Uint8Array;
  /** In [0, 1); 0 leaves the part empty. */
  readonly valShare: number;
  readonly testShare: number;
  readonly random: RandomStream;
  /** By sample: samples of one group (a patient, say) stay in one part, and count as their first one's class. */
  readonly groups?: readonly string[] | undefined;
}

/** Which samples belong to which part, in rising order. */
export interface SplitIndices {
  readonly train: Uint32Array;
  readonly val: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Splits samples by chance, class by class, into training, validation and test parts.
 *
 * Part sizes differ from their shares by rounding (and by whole groups); no part with a share above 0 is left empty.
 * @throws TrainerError `invalid_option` for shares that leave nothing to train on, `invalid_data` for too few samples.
 */
export function splitIndices(options: SplitOptions): SplitIndices {
  const { labels, valShare, testShare, random, groups } = options;
  checkShare("valShare", valShare);
  checkShare("testShare", testShare);
  if (valShare + testShare >= 1) {
    throw invalidOption(
      `valShare, testShare: expected a sum below 1, got ${valShare} + ${testShare}: nothing is left to train on`,
    );
  }
  const parts = { train: [] as number[], val: [] as number[], test: [] as number[] };
  let [seen, wantedVal, wantedTest] = [0, 0, 0];
  for (const units of unitsByClass(labels, groups)) {
    random.shuffle(units);
    // Shares are held over all classes so far, so that the rounding of small classes does not add up.
    for (const unit of units) seen += unit.length;
    wantedTest = Math.round(seen * testShare);
    wantedVal = Math.round(seen * valShare);
    for (const unit of units) {
      const part =
        parts.test.length < wantedTest ? "test" : parts.val.length < wantedVal ? "val" : ("train" as const);
      for (const index of unit) parts[part].push(index);
    }
  }
  const wanted = { train: 1, val: valShare, test: testShare };
  for (const part of ["train", "val", "test"] as const) {
    if (parts[part].length === 0 && wanted[part] > 0) {
      throw invalidData(
        `samples: expected enough to split them (valShare ${valShare}, testShare ${testShare}), ` +
          `got ${labels.length}${groups ? " in groups" : ""}: none is left for ${part}`,
      );
    }
  }
  const sorted = (indices: number[]) => Uint32Array.from(indices).sort();
  return { train: sorted(parts.train), val: sorted(parts.val), test: sorted(parts.test) };
}

/** Samples that must stay together, by class and in order. */
function unitsByClass(labels: Uint8Array, groups: readonly string[] | undefined): number[][][] {
  const classes = new Map<number, number[][]>();
  const unitOf = new Map<string, number[]>();
  for (let index = 0; index < labels.length; index += 1) {
    const group = groups?.[index];
    const known = group === undefined ? undefined : unitOf.get(group);
    if (known) {
      known.push(index);
      continue;
    }
    const unit = [index];
    if (group !== undefined) unitOf.set(group, unit);
    const label = labels[index] as number;
    const units = classes.get(label);
    if (units) units.push(unit);
    else classes.set(label, [unit]);
  }
  return [...classes].sort(([a], [b]) => a - b).map(([, units]) => units);
}

function checkShare(option: string, share: number): void {
  if (!(share >= 0 && share < 1)) throw invalidOption(`${option}: expected a number in [0, 1), got ${share}`);
}
