// Rounds
export {
  type AggregationState,
  createAggregationState,
  requireMatchingHooks,
} from "./aggregation-state.js";
// Clients
export { type PrivatizeOptions, privatizeUpdate } from "./client/privatize-update.js";
export { type ControlStep, controlCorrection, nextClientControl } from "./client/scaffold-client.js";
// Compression
export {
  byteLengthOf,
  type CompressedUpdate,
  type CompressionContext,
  type CompressionMethod,
  compress,
} from "./compression/compressed-update.js";
export { type Decompressed, type DecompressOptions, decompress } from "./compression/decompress.js";
export {
  compressWithFeedback,
  createErrorFeedback,
  type ErrorFeedback,
  restoreUndelivered,
} from "./compression/error-feedback.js";
// Descriptions, for forms
export type {
  Description,
  OptionDescription,
  OptionDescriptions,
  StrategyDescription,
} from "./description.js";
export { decodeState, encodeState } from "./encode-state.js";
// Errors
export { StrategyError, type StrategyErrorCode } from "./errors.js";
// Hooks
export { type AddNoiseOptions, addNoise } from "./hooks/add-noise.js";
export { type CapShareOptions, capShare } from "./hooks/cap-share.js";
export {
  type AdaptiveClipNorm,
  type CentralPrivacyOptions,
  centralPrivacy,
  privacySpent,
} from "./hooks/central-privacy.js";
export { type ClipUpdateOptions, clipUpdate } from "./hooks/clip-update.js";
export { type CompressUpdatesOptions, compressUpdates } from "./hooks/compress-updates.js";
export { type FilterTensorsOptions, filterTensors } from "./hooks/filter-tensors.js";
export { createHook, type HookName, hookDescriptions, hookNames } from "./hooks/registry.js";
export { type RejectInvalidOptions, rejectInvalid } from "./hooks/reject-invalid.js";
export type {
  AggregateHook,
  HookContext,
  HookOutcome,
  HookPolicy,
  HookReport,
  RoundOutcome,
} from "./hooks.js";
// Metrics
export { exactAuroc, exactRocCurve, sortedScores } from "./metrics/auroc.js";
export { binaryMetrics, multiclassMetrics, perClassMetrics } from "./metrics/classification-metrics.js";
export { addConfusion, confusionCounts, confusionMatrix, oneAgainstRest } from "./metrics/confusion.js";
export type { MetricsReport } from "./metrics/metrics-report.js";
export { poolMetrics } from "./metrics/pooled-metrics.js";
export type { RocPoint } from "./metrics/roc-curve.js";
export {
  addScoreHistograms,
  histogramAuroc,
  histogramRocCurve,
  scoreHistogram,
} from "./metrics/score-histogram.js";
export { countedMeans, weightedMeans } from "./metrics/weighted-means.js";
// Randomness
export { portableExp, portableLog } from "./portable-math.js";
// Privacy
export {
  type AccountingMethod,
  noiseMultiplierFor,
  type PrivacySpent,
  roundsWithin,
  spent,
} from "./privacy/accountant.js";
export { nextClipNorm, noiseMultiplierForUpdates } from "./privacy/adaptive-clip.js";
export {
  classicGaussianSigma,
  gaussianDelta,
  gaussianEpsilon,
  gaussianSigma,
} from "./privacy/gaussian-mechanism.js";
export { createGaussianNoise, type GaussianNoise, type RandomBytes } from "./privacy/gaussian-noise.js";
export {
  createLedger,
  type LedgerGap,
  type PrivacyLedger,
  readLedger,
  recordGap,
  recordRound,
} from "./privacy/ledger.js";
export { tightEpsilon } from "./privacy/pld.js";
export { type RandomStream, randomStream } from "./random.js";
export {
  type ClientTask,
  defaultHooks,
  openRound,
  type Round,
  type RoundOptions,
  type RoundResult,
  type UpdateVerdict,
} from "./round.js";
// Selection
export { createSelector, type SelectionOptions, type Selector } from "./selection/create-selector.js";
export { selectionDescription } from "./selection/describe-selection.js";
export type { Sampling, Selection } from "./selection/selection.js";
// Stop rules
export { maxBytes, maxDuration, maxRounds } from "./stop/budgets.js";
export { createStopRule, type StopRuleConfig } from "./stop/create-stop-rule.js";
export { decideAll, initAll, type JointDecision } from "./stop/decide-all.js";
export type { Decision } from "./stop/decision.js";
export { maxEpsilon } from "./stop/max-epsilon.js";
export { patience } from "./stop/patience.js";
export type { MetricMode, RoundProgress, StopDecision, StopRule } from "./stop/stop-rule.js";
export { targetReached } from "./stop/target-reached.js";
// Strategies
export {
  type AdamOptions,
  type AdaptiveOptions,
  fedAdagrad,
  fedAdam,
  fedYogi,
} from "./strategies/adaptive.js";
export { bulyan } from "./strategies/bulyan.js";
export { type CenteredClippingOptions, centeredClipping } from "./strategies/centered-clipping.js";
export { type CoordinateMedianOptions, coordinateMedian } from "./strategies/coordinate-median.js";
export { fedAvg } from "./strategies/fed-avg.js";
export { type FedAvgMOptions, fedAvgM } from "./strategies/fed-avg-m.js";
export { type FedBuffOptions, fedBuff } from "./strategies/fed-buff.js";
export { type FedNovaOptions, fedNova } from "./strategies/fed-nova.js";
export { type FedProxOptions, fedProx } from "./strategies/fed-prox.js";
export { type GeometricMedianOptions, geometricMedian } from "./strategies/geometric-median.js";
export { type KrumOptions, krum, type MultiKrumOptions, multiKrum } from "./strategies/krum.js";
export type { MeanOptions, SelectingOptions } from "./strategies/mean-family.js";
export { type QFedAvgOptions, qFedAvg } from "./strategies/q-fed-avg.js";
export {
  createStrategy,
  type StrategyName,
  strategyDescriptions,
  strategyNames,
} from "./strategies/registry.js";
export { type ScaffoldOptions, scaffold } from "./strategies/scaffold.js";
export { type TrimmedMeanOptions, trimmedMean } from "./strategies/trimmed-mean.js";
// Writing a strategy
export type {
  AggregateContext,
  Applied,
  BarrierStrategy,
  ClientInfo,
  RoundContext,
  Strategy,
  StreamStrategy,
  TrainConfig,
  WeighedUpdate,
} from "./strategy.js";
export type { FailedClient, Note, Refusal, RefusedUpdate, Update, UpdateSummary } from "./update.js";
export { addDelta } from "./weights/add-delta.js";

// Weights
export { assignRoles } from "./weights/assign-roles.js";
export {
  createLayout,
  type TensorDeclaration,
  type TensorRole,
  type TensorSpec,
  tensorAt,
  type WeightsLayout,
} from "./weights/layout.js";
export { type Range, rangesOf, type SharedRole } from "./weights/ranges.js";
export type { RoundSums } from "./weights/round-sums.js";
export { expandRow, type Rows, rowsOf } from "./weights/rows.js";
export { foldMean, reduceMean } from "./weights/weighted-mean.js";
