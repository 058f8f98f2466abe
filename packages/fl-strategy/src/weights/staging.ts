import { type KernelVector, vectorKernels } from "@fedloom/kernels";
import type { Update } from "../update.js";
import type { WeightsLayout } from "./layout.js";
import { rangesByRole } from "./ranges.js";

/**
 * The update that a round is looking at, brought into kernel memory once, however many checks and sums read it. That of a
 * model of up to {@link MOST_TO_KEEP} elements may stay there until the next one is folded too: two at once cost less.
 */
export interface Staging {
  /** Says whose values are looked at next: differences from the global weights are then looked at in the same pass. */
  expect(update: Pick<Update, "values" | "form">): void;
  /** The largest magnitude of the shared elements: Infinity or NaN if one is that. */
  maxMagnitude(values: Float32Array): number;
  /** The same values, where kernels read them without a copy if they were brought there. */
  staged(values: Float32Array): () => Float32Array;
  /** The update in memory that can be kept, if it is not too large and does not lie in other kernel memory already. */
  keepable(update: Pick<Update, "values" | "form">): KeepableUpdate | undefined;
  /** To be called when the update is dealt with: its memory may be another's next. */
  forget(): void;
  /** Gives the memory back. */
  release(): void;
}

/** An update in kernel memory, by the ranges of {@link rangesByRole}. */
export interface KeepableUpdate {
  /** Views to be fetched anew after kernel memory was taken, and what sums must know of them. */
  piece(range: number): { values: Float32Array; origin?: Float32Array; magnitude: number };
  /** Leaves the update where it is; returns false if no place is left for another one until `freeAll`. */
  keep(): boolean;
  freeAll(): void;
}

/** Elements of the largest model of which two updates are held at once, 4 bytes each. */
export const MOST_TO_KEEP = 2 ** 20;

// A round that was abandoned gives its memory back when it is collected.
const forgotten = new FinalizationRegistry<KernelVector>((vector) => vector.release());

interface Slot {
  readonly vector: KernelVector;
  isKept: boolean;
}

interface Look {
  readonly values: Float32Array;
  readonly staged: () => Float32Array;
  /** Where the values were brought to, if they were. */
  readonly slot?: Slot;
  /** By range. */
  readonly magnitudes: readonly number[];
  /** Of the differences from the global weights. */
  differences?: readonly number[];
}

export interface StagingOptions {
  readonly layout: WeightsLayout;
  readonly globalWeights: Float32Array;
}

export function createStaging({ layout, globalWeights }: StagingOptions): Staging {
  const ranges = rangesByRole(layout);
  const slots: Slot[] = [];
  let origin: KernelVector | undefined;
  let expected: Pick<Update, "values" | "form"> | undefined;
  let last: Look | undefined;

  function createVector(): KernelVector {
    const vector = vectorKernels().createVector(layout.size);
    forgotten.register(staging, vector, staging);
    return vector;
  }

  function freeSlot(): Slot {
    const free = slots.find(({ isKept }) => !isKept);
    if (free) return free;
    const slot = { vector: createVector(), isKept: false };
    slots.push(slot);
    return slot;
  }

  function originVector(): KernelVector {
    if (!origin) {
      origin = createVector();
      origin.values.set(globalWeights);
    }
    return origin;
  }

  function look(values: Float32Array): Look {
    if (last?.values === values) return last;
    // Values in kernel memory stay where they are, and those of another length are for others to refuse.
    const isBrought = !vectorKernels().owns(values) && values.length === layout.size;
    if (!isBrought) {
      const staged = vectorKernels().hold(values);
      last = { values, staged, magnitudes: magnitudesOf(staged) };
      return last;
    }
    const slot = freeSlot();
    slot.vector.values.set(values);
    const staged = () => slot.vector.values;
    const wantsBoth =
      layout.size <= MOST_TO_KEEP && expected?.values === values && expected.form === "weights";
    last = { values, staged, slot, ...(wantsBoth ? bothOf(staged) : { magnitudes: magnitudesOf(staged) }) };
    return last;
  }

  function magnitudesOf(staged: () => Float32Array): number[] {
    return ranges.map(({ start, end }) => vectorKernels().maxMagnitude(staged().subarray(start, end)));
  }

  function bothOf(staged: () => Float32Array): { magnitudes: number[]; differences: number[] } {
    const from = originVector();
    const both = ranges.map(({ start, end }) =>
      vectorKernels().maxMagnitudes(staged().subarray(start, end), from.values.subarray(start, end)),
    );
    return {
      magnitudes: both.map(({ values }) => values),
      differences: both.map(({ differences }) => differences),
    };
  }

  const staging: Staging = {
    expect(update) {
      expected = update;
    },
    maxMagnitude(values) {
      // Math.max, unlike a comparison, lets NaN through.
      return look(values).magnitudes.reduce((largest, magnitude) => Math.max(largest, magnitude), 0);
    },
    staged: (values) => (last?.values === values ? last.staged : vectorKernels().hold(values)),
    keepable(update) {
      if (layout.size > MOST_TO_KEEP) return undefined;
      expected = update;
      const found = look(update.values);
      const { slot, staged } = found;
      if (!slot) return undefined;
      const from = update.form === "weights" ? originVector() : undefined;
      if (from) found.differences ??= bothOf(staged).differences;
      const magnitudes = (from && found.differences) ?? found.magnitudes;
      return {
        piece(range) {
          const { start, end } = ranges[range] as (typeof ranges)[number];
          const piece = {
            values: staged().subarray(start, end),
            magnitude: magnitudes[range] as number,
          };
          return from ? { ...piece, origin: from.values.subarray(start, end) } : piece;
        },
        keep() {
          slot.isKept = true;
          return slots.length < 2 || slots.some(({ isKept }) => !isKept);
        },
        freeAll() {
          for (const each of slots) each.isKept = false;
        },
      };
    },
    forget() {
      last = undefined;
      expected = undefined;
    },
    release() {
      staging.forget();
      forgotten.unregister(staging);
      for (const { vector } of slots.splice(0)) vector.release();
      origin?.release();
      origin = undefined;
    },
  };
  return staging;
}
