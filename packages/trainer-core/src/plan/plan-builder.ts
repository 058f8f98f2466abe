import type { MatrixKernels } from "@fedloom/kernels";
import type { ResolvedModel } from "../models/resolve-model.js";
import { type Block, openArena } from "./arena.js";

/** Values of a batch, one sample after the other, float32. */
export interface Values {
  readonly address: number;
  /** Of one sample. */
  readonly size: number;
  readonly block: Block;
}

/** One kernel call with all its places; the number of samples is what changes. */
export type Step = (batch: number) => void;

/** What changes from step to step besides the batch. */
export interface PlanState {
  /** 32 bits of which dropout layers make their keys. */
  dropoutKey: number;
  /** Whether the class prior is added to the logits. */
  usesPrior: boolean;
  /** Factor on the gradient of the loss, and so on all others. */
  factor: number;
  /** Whether gradients that can be are added to the weights themselves, which saves plain SGD their way to memory. */
  movesWeights: boolean;
}

/** Collects a plan's steps and the places of what they work on. */
export interface PlanBuilder {
  readonly kernels: MatrixKernels;
  /** Samples of the largest batch. */
  readonly capacity: number;
  /** False for a plan that only predicts: values are given up as soon as the next layer has read them. */
  readonly isTraining: boolean;
  readonly state: PlanState;
  /** Address of a tensor of weights; 0 if the layer has none of that name. */
  weight(layer: string, tensor: string): number;
  /** Address of its gradient; 0 if it has none or is frozen. */
  gradient(layer: string, tensor: string): number;
  values(size: number): Values;
  release(values: Values): void;
  /** Address of a block that is free again for whatever comes after the next step. */
  scratch(bytes: number): number;
  /** Address of a block that lasts as long as the plan. */
  keep(bytes: number): number;
  /** Tells that the gradient at this address is never written where `movesWeights` is set. */
  markMoved(gradient: number): void;
  /** Their places in the layout, in bytes. */
  readonly moved: ReadonlySet<number>;
  /** A number that no other layer has. */
  nextNumber(): number;
  add(step: Step): void;
  readonly steps: readonly Step[];
  readonly end: number;
}

export interface PlanBuilderOptions {
  readonly kernels: MatrixKernels;
  readonly model: ResolvedModel;
  readonly capacity: number;
  readonly isTraining: boolean;
  /** Where the flat vectors lie, and what follows them. */
  readonly weights: number;
  readonly gradient: number;
  readonly start: number;
}

/** Opens an empty plan. */
export function openPlanBuilder(options: PlanBuilderOptions): PlanBuilder {
  const { kernels, model, capacity, isTraining } = options;
  const arena = openArena(options.start);
  const offsets = new Map<string, { offset: number; trainable: boolean }>();
  for (const [i, { name, trainable }] of model.weights.entries()) {
    offsets.set(name, { offset: 4 * (model.layout.tensors[i]?.offset ?? 0), trainable });
  }
  const steps: Step[] = [];
  const moved = new Set<number>();
  let numbers = 0;
  return {
    kernels,
    capacity,
    isTraining,
    state: { dropoutKey: 0, usesPrior: false, factor: 1, movesWeights: false },
    weight(layer, tensor) {
      const place = offsets.get(`${layer}/${tensor}`);
      return place ? options.weights + place.offset : 0;
    },
    gradient(layer, tensor) {
      const place = offsets.get(`${layer}/${tensor}`);
      return place?.trainable ? options.gradient + place.offset : 0;
    },
    values(size) {
      const block = arena.take(4 * size * capacity);
      return { address: block.address, size, block };
    },
    release: ({ block }) => arena.release(block),
    scratch(bytes) {
      const block = arena.take(bytes);
      arena.release(block);
      return block.address;
    },
    keep: (bytes) => arena.take(bytes).address,
    markMoved: (gradient) => void moved.add(gradient - options.gradient),
    moved,
    nextNumber() {
      numbers += 1;
      return numbers;
    },
    add: (step) => void steps.push(step),
    steps,
    get end() {
      return arena.end;
    },
  };
}
