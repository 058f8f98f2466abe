// Data
export { countLabels, type Dataset, type Samples, takeSamples } from "./data/dataset.js";
export { type OpenDatasetOptions, openDataset } from "./data/open-dataset.js";
export { type PartitionOptions, partitionIndices, partitionSamples } from "./data/partition.js";
export { createSyntheticXrays, type SyntheticXraysOptions } from "./data/synthetic-xrays.js";
// Engine
export {
  type Engine,
  type EngineName,
  engineNames,
  type OpenEngineOptions,
  openEngine,
} from "./engine/open-engine.js";
// Errors
export { TrainerError, type TrainerErrorCode } from "./errors.js";
// Federated training
export type {
  ClientFailed,
  ClientPool,
  ClientProgress,
  ClientReport,
  ClientReturned,
  PoolRound,
} from "./federated/client-pool.js";
export { formatDuration } from "./federated/duration.js";
export {
  createFederatedTrainer,
  type FederatedTrainerOptions,
  type Trainer,
} from "./federated/federated-trainer.js";
export { createInProcessPool, type InProcessPoolOptions } from "./federated/in-process-pool.js";
// Metrics
export {
  classificationMetrics,
  type Predictions,
} from "./metrics/classification.js";
// Models
export type { ModelDefinition, ModelInput } from "./models/model.js";
export { findModel, modelNames } from "./models/registry.js";
// Training at one client
export { createLocalTrainer, type LocalTrainerOptions } from "./training/create-local-trainer.js";
export type {
  EpochResult,
  LocalResult,
  LocalTrainer,
  LocalTrainOptions,
} from "./training/local-trainer.js";
