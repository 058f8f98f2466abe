import { type ExactSum, vectorKernels } from "@fedloom/kernels";
import { StrategyError } from "../errors.js";
import type { Update } from "../update.js";
import type { WeightsLayout } from "./layout.js";
import { type Range, rangesOf, type SharedRole } from "./ranges.js";

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
  /** Where an update's values can be read without a copy; default: where they are. */
  readonly staged?: (values: Float32Array) => () => Float32Array;
}

interface Part extends Range {
  readonly role: SharedRole;
  readonly sum: ExactSum;
}

/** Creates the sums of one round: 8 bytes an element for each magnitude among the updates (factors of 256). */
export function createRoundSums(options: RoundSumsOptions): RoundSums {
  const { layout, globalWeights, maxUpdates, staged = vectorKernels().hold } = options;
  const parts = new Map<string, readonly Part[]>();

  function partsOf(name: string, roles: readonly SharedRole[]): readonly Part[] {
    const opened = parts.get(name);
    if (opened) return opened;
    const created = roles.flatMap((role) =>
      rangesOf(layout, role).map(({ start, end }) => ({
        role,
        start,
        end,
        // Twice the updates, because taking one back is an addition too.
        sum: vectorKernels().createExactSum({
          size: end - start,
          maxAddends: 2 * maxUpdates,
          origin: globalWeights.subarray(start, end),
        }),
      })),
    );
    parts.set(name, created);
    return created;
  }

  /** All parts or none: what was added before a value that is not finite showed up is taken back. */
  function add(name: string, into: readonly Part[], { values, factorOf, fromOrigin }: Addend): void {
    // Sums may take more of the memory that the values lie in.
    const held = staged(values);
    for (const { role } of into) {
      const factor = factorOf(role);
      if (Number.isFinite(factor)) continue;
      throw new StrategyError("wrong_update", `${name}: expected a finite factor, got ${factor}`);
    }
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
      throw new StrategyError("wrong_update", `${name}: expected finite values, got others`);
    }
  }

  function total(name: string): Float64Array {
    const out = new Float64Array(layout.size);
    for (const { sum, start, end } of parts.get(name) ?? []) sum.total(out.subarray(start, end));
    return out;
  }

  return {
    addUpdate(update, factor) {
      add("values", partsOf("values", ["trainable", "statistic"]), {
        values: update.values,
        factorOf: typeof factor === "number" ? () => factor : (role) => factor[role],
        fromOrigin: update.form === "weights",
      });
    },
    addVector(name, values, factor) {
      const addend = { values, factorOf: () => factor, fromOrigin: false };
      add(`vectors.${name}`, partsOf(`vectors.${name}`, ["trainable"]), addend);
    },
    delta: () => total("values"),
    vector: (name) => total(`vectors.${name}`),
    release() {
      for (const list of parts.values()) for (const { sum } of list) sum.release();
      parts.clear();
    },
  };
}

interface Addend {
  readonly values: Float32Array;
  readonly factorOf: (role: SharedRole) => number;
  readonly fromOrigin: boolean;
}
