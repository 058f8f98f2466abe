import { type ExactSum, vectorKernels } from "@fedloom/kernels";
import { StrategyError } from "../errors.js";
import type { Update } from "../update.js";
import type { WeightsLayout } from "./layout.js";
import { type RoleRange, rangesByRole, type SharedRole } from "./ranges.js";
import type { KeepableUpdate, Staging } from "./staging.js";

/**
 * What a round's updates add up to, whatever order they come in: one sum of differences from the global weights, and one
 * for each further vector. Private tensors are left out.
 */
export interface RoundSums {
  /** Adds `factor` times the difference from the global weights, with a factor for each role if they differ. */
  addUpdate(update: Update, factor: number | Readonly<Record<SharedRole, number>>): void;
  /** Adds `factor` times a vector's trainable elements to the sum of this name. */
  addVector(name: string, values: Float32Array, factor: number): void;
  /** The sum of differences; 0 where tensors are private. */
  delta(): Float64Array;
  /** The sum of this name; 0 beyond the trainable tensors, or if nothing was added. */
  vector(name: string): Float64Array;
  /** Gives the memory back. */
  release(): void;
}

export interface RoundSumsOptions {
  readonly layout: WeightsLayout;
  readonly globalWeights: Float32Array;
  /** Most updates that can be added. */
  readonly maxUpdates: number;
  /** Where updates are brought into kernel memory; released after the sums. */
  readonly staging: Staging;
}

interface Part extends RoleRange {
  readonly sum: ExactSum;
}

/** Creates the sums of one round: 8 bytes an element for each magnitude among the updates (factors of 256). */
export function createRoundSums(options: RoundSumsOptions): RoundSums {
  const { layout, globalWeights, maxUpdates, staging } = options;
  const parts = new Map<string, readonly Part[]>();

  function partsOf(name: string, ranges: readonly RoleRange[]): readonly Part[] {
    const opened = parts.get(name);
    if (opened) return opened;
    const created = ranges.map((range) => ({
      ...range,
      // Twice the updates, because taking one back is an addition too.
      sum: vectorKernels().createExactSum({
        size: range.end - range.start,
        maxAddends: 2 * maxUpdates,
        origin: globalWeights.subarray(range.start, range.end),
      }),
    }));
    parts.set(name, created);
    return created;
  }

  /** All parts or none: what was added before a value that is not finite showed up is taken back. */
  function add(name: string, into: readonly Part[], { values, factorOf, fromOrigin }: Addend): void {
    // Sums may take more of the memory that the values lie in.
    const held = staging.staged(values);
    const added: Part[] = [];
    for (const part of into) {
      const piece = held().subarray(part.start, part.end);
      if (part.sum.add(piece, factorOf(part.role), fromOrigin)) {
        added.push(part);
        continue;
      }
      for (const { sum, role, start, end } of added) {
        sum.add(held().subarray(start, end), -factorOf(role), fromOrigin);
      }
      throw notFinite(name);
    }
  }

  /** Likewise, of an update that can stay where it is until the next one comes. */
  function addKeepable(into: readonly Part[], factorOf: FactorOf, update: KeepableUpdate): void {
    const addPart = ({ sum, role }: Part, i: number, sign: 1 | -1) => {
      const { values, ...known } = update.piece(i);
      return sum.addLasting(values, sign * factorOf(role), known);
    };
    const failed = into.findIndex((part, i) => !addPart(part, i, 1));
    for (const [i, part] of into.slice(0, Math.max(0, failed)).entries()) addPart(part, i, -1);
    const hasRoom = failed < 0 && update.keep();
    if (!hasRoom) {
      for (const { sum } of into) sum.settle();
      update.freeAll();
    }
    if (failed >= 0) throw notFinite("values");
  }

  function total(name: string): Float64Array {
    const out = new Float64Array(layout.size);
    for (const { sum, start, end } of parts.get(name) ?? []) sum.total(out.subarray(start, end));
    return out;
  }

  return {
    addUpdate(update, factor) {
      const into = partsOf("values", rangesByRole(layout));
      const factorOf: FactorOf = typeof factor === "number" ? () => factor : (role) => factor[role];
      requireFactors("values", into, factorOf);
      const keepable = staging.keepable(update);
      if (keepable) addKeepable(into, factorOf, keepable);
      else add("values", into, { values: update.values, factorOf, fromOrigin: update.form === "weights" });
    },
    addVector(name, values, factor) {
      const place = `vectors.${name}`;
      const trainable = rangesByRole(layout).filter(({ role }) => role === "trainable");
      const addend = { values, factorOf: () => factor, fromOrigin: false };
      const into = partsOf(place, trainable);
      requireFactors(place, into, addend.factorOf);
      add(place, into, addend);
    },
    delta: () => total("values"),
    vector: (name) => total(`vectors.${name}`),
    release() {
      for (const list of parts.values()) for (const { sum } of list) sum.release();
      parts.clear();
    },
  };
}

type FactorOf = (role: SharedRole) => number;

interface Addend {
  readonly values: Float32Array;
  readonly factorOf: FactorOf;
  readonly fromOrigin: boolean;
}

function requireFactors(name: string, parts: readonly Part[], factorOf: FactorOf): void {
  for (const { role } of parts) {
    const factor = factorOf(role);
    if (Number.isFinite(factor)) continue;
    throw new StrategyError("wrong_update", `${name}: expected a finite factor, got ${factor}`);
  }
}

function notFinite(name: string): StrategyError {
  return new StrategyError("wrong_update", `${name}: expected finite values, got others`);
}
