// Callbacks
export { type CheckpointingOptions, checkpointing } from "./callbacks/checkpointing.js";
export { type EarlyStoppingOptions, earlyStopping, stopWhen } from "./callbacks/early-stopping.js";
export {
  type LearningRateSchedule,
  learningRateFactor,
  learningRateSchedule,
} from "./callbacks/learning-rate-schedule.js";
export type {
  AfterStep,
  BeforeStep,
  ClosedStep,
  SavedCheckpoint,
  StepEnd,
  StepStart,
  StopRequest,
  TrainerCallback,
} from "./callbacks/trainer-callback.js";
export { isRunMetric, runMetricNames, usualMode } from "./callbacks/usual-mode.js";
// Centralized training
export {
  type CentralizedTrainerOptions,
  createCentralizedTrainer,
} from "./centralized/centralized-trainer.js";
// Checkpoints
export type { Checkpoint, Progress } from "./checkpoint/checkpoint.js";
export type { CheckpointKind, CheckpointPlace, CheckpointStore } from "./checkpoint/checkpoint-store.js";
export { decodeCheckpoint } from "./checkpoint/decode-checkpoint.js";
export { encodeCheckpoint } from "./checkpoint/encode-checkpoint.js";
export { createMemoryCheckpoints } from "./checkpoint/memory-checkpoints.js";
// Data
export { type AugmentOptions, requireAugmentOptions } from "./data/augment.js";
export {
  type CreateDatasetOptions,
  createDataset,
  type MemorySource,
  type SyntheticName,
  type SyntheticSource,
  syntheticNames,
} from "./data/create-dataset.js";
export { type CsvDataset, type CsvOptions, parseCsvDataset } from "./data/csv/csv-dataset.js";
export {
  countLabels,
  type Dataset,
  type FeatureFile,
  type Features,
  type Samples,
  sampleSize,
} from "./data/dataset.js";
export {
  type ArrayPart,
  type DatasetFromArraysOptions,
  datasetFromArrays,
} from "./data/dataset-from-arrays.js";
export { datasetFromIdx, type IdxFiles, type IdxOptions, type NamedBytes } from "./data/idx/idx-dataset.js";
export { type MedMnistOptions, parseMedMnist } from "./data/medmnist.js";
export { moveToSharedMemory } from "./data/move-to-shared-memory.js";
// Data: partitions
export {
  type ClientStatistics,
  describePartition,
  type PartitionStatistics,
} from "./data/partition/describe-partition.js";
export { type DrawPartitionOptions, drawPartition } from "./data/partition/draw-partition.js";
export {
  type ClientTransform,
  featureTransforms,
  type TransformSamplesOptions,
  transformSamples,
} from "./data/partition/feature-skew.js";
export { naturalGroups } from "./data/partition/natural.js";
export { partitionDescriptions } from "./data/partition/partition-descriptions.js";
export {
  partitionIndices,
  partitionKinds,
  partitionOptionNames,
  usualPartitionOptions,
} from "./data/partition/partition-indices.js";
export type { PartitionKind, PartitionOptions } from "./data/partition/partition-options.js";
export { type PartitionSvgOptions, partitionSvg } from "./data/partition/partition-svg.js";
export { type Holdout, type HoldoutOptions, splitHoldout } from "./data/partition/split-holdout.js";
export { sampleValues } from "./data/sample-values.js";
export { requireSourceOptions } from "./data/source-options.js";
export { syntheticDescriptions } from "./data/synthetic-descriptions.js";
export {
  type BlobsOptions,
  createBlobs,
  createTwoSpirals,
  type TwoSpiralsOptions,
} from "./data/synthetic-points.js";
export { createSyntheticXrays, type SyntheticXraysOptions } from "./data/synthetic-xrays.js";
// Engine
export { type Engine, type EngineName, engineNames } from "./engine/engine.js";
// Errors
export { TrainerError, type TrainerErrorCode } from "./errors.js";
// Explanations
export { activationImage } from "./explain/activation-image.js";
// Federated training
export type {
  ClientEvaluation,
  ClientFailed,
  ClientPool,
  ClientProgress,
  ClientReport,
  ClientReturned,
  LocalPool,
  PoolEvaluation,
  PoolRound,
} from "./federated/client-pool.js";
export type { ClientState, ClientStates } from "./federated/client-states.js";
export type { ClientEvaluationOptions } from "./federated/evaluate-clients.js";
export { createFederatedTrainer, type FederatedTrainerOptions } from "./federated/federated-trainer.js";
export { createInProcessPool, type InProcessPoolOptions } from "./federated/in-process-pool.js";
// Metrics
export { confusionOf } from "./metrics/classification.js";
export { type Evaluate, evaluateWith, metricsOf, type Predict } from "./metrics/evaluate.js";
export { crossEntropies } from "./metrics/losses.js";
export { poolReports } from "./metrics/pool-reports.js";
export {
  type MetricsTask,
  type Predictions,
  positiveScores,
  predictedClasses,
  predictionsOf,
} from "./metrics/predictions.js";
export { rocRates } from "./metrics/roc-points.js";
// Models
export { freeze, type LayerPredicate, personalize } from "./models/freeze.js";
export { initialWeights } from "./models/initial-weights.js";
export { type ExportedLayersModel, exportLayersModel } from "./models/layers-model/export-layers-model.js";
export {
  type ImportedLayersModel,
  type ImportLayersModelOptions,
  importLayersModel,
} from "./models/layers-model/import-layers-model.js";
export { learningRateFor } from "./models/learning-rate-for.js";
export type { ModelDefinition, ModelInput, RecommendedSettings } from "./models/model.js";
export { modelFor } from "./models/model-for.js";
export type {
  Activation,
  Initializer,
  LayerSpec,
  LayerType,
  Loss,
  ModelSpec,
  Padding,
  Pair,
} from "./models/model-spec.js";
export { findModel, modelNames } from "./models/registry.js";
export { type ResolvedModel, resolveModel } from "./models/resolve-model.js";
export type { ResolvedLayer, WeightSpec, Window } from "./models/resolved-layer.js";
export {
  exportSafetensors,
  type ImportedWeights,
  type ImportSafetensorsOptions,
  importSafetensors,
} from "./models/safetensors.js";
// Planned models
export { createPlanTrainer, type PlanTrainerOptions } from "./plan/create-plan-trainer.js";
// Runs
export type { BestBy } from "./run/best-step.js";
export { formatDuration } from "./run/duration.js";
export type { RunSettings } from "./run/run-settings.js";
export type { Trainer } from "./run/trainer.js";
export { dealOut, dealShares, keepHoldouts, numReportedClasses } from "./simulation/deal-out.js";
export { createMemoryStates } from "./simulation/memory-states.js";
export type { SimulatedClientsOptions } from "./simulation/simulated-clients.js";
export type { LocalTraining } from "./simulation/train-client.js";
// Training at one client
export {
  type CreatedTrainer,
  createLocalTrainer,
  type LocalTrainerOptions,
} from "./training/create-local-trainer.js";
export type {
  EpochResult,
  LocalResult,
  LocalTrainer,
  LocalTrainOptions,
  OptimizerState,
  PredictOptions,
} from "./training/local-trainer.js";
export type { OptimizerSpec } from "./training/optimizer-spec.js";
export { requireOptimizer } from "./training/require-optimizer.js";
