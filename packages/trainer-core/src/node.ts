// What needs Node: beside the main entry, whose parts run in browsers too.
// Data

// Checkpoints
export { createFileCheckpoints } from "./checkpoint/file-checkpoints.js";
export { type OpenFeatureFile, openFeatureFile } from "./data/files/feature-file.js";
export { type DataKind, findDataKind } from "./data/files/find-data-kind.js";
export { fingerprint } from "./data/fingerprint.js";
export type { ImageFolderOptions } from "./data/images/image-folder-options.js";
export {
  type DataSource,
  type OpenDatasetOptions,
  openDataset,
  type PathSource,
} from "./data/open-dataset.js";
// Federated training on this machine
export {
  type ClientStateOfRound,
  decodeClientState,
  encodeClientState,
} from "./simulation/client-state-bytes.js";
export { createDirectoryStates } from "./simulation/directory-states.js";
export { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from "./simulation/worker-pool.js";
