import type { MetricsReport, TrainConfig } from "@fedloom/fl-strategy";
import type { FeatureFile, Features, Samples } from "../data/dataset.js";
import type { Engine, EngineName } from "../engine/engine.js";
import type { TrainerErrorCode } from "../errors.js";
import type { Loss, ModelSpec } from "../models/model-spec.js";
import type { EpochResult } from "../training/local-trainer.js";
import type { SharedShares } from "./shared-shares.js";
import type { LocalTraining, SharedRound } from "./train-client.js";

/** Jobs that a worker has at once: the one at work, and one that waits or whose result is being read. */
export const NUM_SLOTS = 2;

/** Samples as a worker gets them: it opens files itself. */
export interface SentSamples extends Omit<Samples, "features"> {
  readonly features: Exclude<Features, FeatureFile> | Omit<FeatureFile, "read">;
}

/** Everything of a pool that does not change; arrays lie in shared memory. */
export interface PoolSetup {
  readonly model: ModelSpec;
  readonly engine: EngineName | "auto";
  readonly samples: Readonly<Partial<Record<"train" | "val" | "test", SentSamples>>>;
  readonly shares: SharedShares;
  readonly holdouts: SharedShares | undefined;
  readonly training: LocalTraining;
  readonly progress: boolean;
}

/** Vectors of one job, by name: `values` and `vectors.control` of an update, `state.…` of what the client keeps. */
export type SlotVectors = Record<string, Float32Array>;

/** What a worker is started with. */
export interface WorkerSetup extends PoolSetup {
  /**
   * For each slot the number of the job in it: positive from when it was sent, negative from when the worker has begun
   * it. Whoever changes it from positive first, the worker to begin or the pool to take the job back, has the job.
   */
  readonly begun: Int32Array;
  readonly slots: readonly SlotVectors[];
}

interface JobMessage {
  readonly job: number;
  readonly slot: number;
}

interface ClientJobMessage extends JobMessage {
  readonly clientId: string;
  /** The client's place among the shares. */
  readonly place: number;
  /** Names of the vectors in the slot that the client has kept. */
  readonly kept: readonly string[];
}

export type TrainMessage = ClientJobMessage & {
  readonly kind: "train";
  readonly config: TrainConfig;
  /** Its arrays lie in memory that all workers share, as all global weights do. */
  readonly round: SharedRound;
};
export type EvaluateMessage = ClientJobMessage & {
  readonly kind: "evaluate";
  readonly globalWeights: Float32Array;
};
export type PredictMessage = JobMessage & {
  readonly kind: "predict";
  readonly globalWeights: Float32Array;
  readonly split: "val" | "test";
  readonly start: number;
  readonly end: number;
  /** Of the whole split. */
  readonly outputs: Float32Array;
};

/** To a worker. */
export type WorkerOrder =
  | TrainMessage
  | EvaluateMessage
  | PredictMessage
  /** More vectors for each slot. */
  | { readonly kind: "memory"; readonly slots: readonly SlotVectors[] }
  | { readonly kind: "stop"; readonly job: number };

/** A client was trained; its vectors lie in the slot. */
export interface TrainedMessage {
  readonly kind: "trained";
  readonly job: number;
  readonly numSamples: number;
  readonly numSteps: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly startedFresh?: boolean;
  /** Names of the update's vectors beside its values. */
  readonly vectors: readonly string[];
  /** Names of the vectors that the client keeps. */
  readonly kept: readonly string[];
  readonly durationMs: number;
}

export interface ProgressMessage extends EpochResult {
  readonly kind: "progress";
  readonly job: number;
}

/** A job has ended well. */
export type DoneMessage =
  | TrainedMessage
  | { readonly kind: "evaluated"; readonly job: number; readonly report: MetricsReport }
  | { readonly kind: "predicted"; readonly job: number };

/** From a worker. */
export type WorkerReport =
  | {
      readonly kind: "ready";
      readonly engine: Engine;
      readonly loss: Loss;
      readonly numOutputs: number;
    }
  /** The worker cannot begin at all. */
  | { readonly kind: "unfit"; readonly code: TrainerErrorCode; readonly message: string }
  | ProgressMessage
  | DoneMessage
  | { readonly kind: "failed"; readonly job: number; readonly error: string; readonly durationMs: number };
