// Events

// Frames
export type { Codec, Frame } from "./codec/codec.js";
export type { FlatEvent } from "./codec/flat.js";
export { toFlatEvent } from "./codec/flat.js";
export { jsonCodec } from "./codec/json.js";
// Errors and limits
export { MAX_DEPTH, MAX_FRAME_LENGTH, MAX_KEYS } from "./codec/limits.js";
export { msgpackCodec } from "./codec/msgpack.js";
// Control messages
export type {
  ClientMessage,
  ClientMessageType,
  RelayMessage,
  RelayMessageType,
  StreamPosition,
  Subscription,
} from "./control.js";
export {
  createClientMessage,
  createRelayMessage,
  decodeClientMessage,
  decodeRelayMessage,
  isClientMessageType,
  isRelayMessageType,
  PROTOCOL_VERSION,
} from "./control.js";
export type { EventMeta, FedloomEvent, TrainingEvent, WireEvent } from "./envelope.js";
export { checkWireEvent, createEvent, fromWireEvent, runIdOf, toWireEvent } from "./envelope.js";
export type { Decoded, ProtocolErrorCode, ProtocolErrorDetails } from "./errors.js";
export { ProtocolError } from "./errors.js";
export type {
  EventData,
  EventInput,
  EventType,
  HostEventType,
  TrainingEventType,
} from "./events/registry.js";
export { eventTypes, gaugeKeyOf, isEventType } from "./events/registry.js";
export { MAX_CLASS_NAMES } from "./events/training.js";
export { MAX_MAP_ENTRIES, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from "./fields.js";
// Runs, as the HTTP API takes and answers them
export type { AlertMatcher, AlertSeverity } from "./http/alert-fields.js";
export { alertLabels, alertMatcher, alertSeverity } from "./http/alert-fields.js";
export type { AlertRoute, AlertRouteInput, AlertRouteTest } from "./http/alert-routes.js";
export {
  alertRoute,
  alertRouteInput,
  alertRouteList,
  alertRouteParams,
  alertRouteSaved,
  alertRouteTest,
} from "./http/alert-routes.js";
export { type HostAlertMetric, hostAlertMetrics } from "./http/alert-rule-contradictions.js";
export type { AlertRule, AlertRuleKind, AlertRuleOf } from "./http/alert-rules.js";
export {
  alertRule,
  alertRuleKinds,
  alertRuleList,
  alertRuleParams,
  alertRuleRecord,
} from "./http/alert-rules.js";
export type { AlertBroadcast, AlertRecord, AlertSilence, AlertSilenceInput } from "./http/alerts.js";
export {
  alertBroadcast,
  alertList,
  alertListQuery,
  alertParams,
  alertRecord,
  alertSilence,
  alertSilenceInput,
  alertSilenceList,
  alertSilenceParams,
  alertStarted,
} from "./http/alerts.js";
export { type Catalog, catalog, type OptionDescription, optionDescription } from "./http/catalog.js";
// Operation, as the HTTP API tells it
export type { HealthReport, PartHealth } from "./http/health.js";
export { healthReport, healthStatus, partHealth } from "./http/health.js";
export {
  type PartitionPreview,
  partitionPreview,
  partitionPreviewRequest,
} from "./http/partition-preview.js";
export {
  type Prediction,
  type PredictionsQuery,
  predictionsQuery,
  type RunPredictions,
  runPredictions,
} from "./http/predictions.js";
export { type ProblemDocument, problemDocument } from "./http/problem.js";
export { commaList, repeated, wholeNumber } from "./http/query-fields.js";
export {
  eventList,
  eventsHeaders,
  eventsQuery,
  type StoredWireEvent,
  storedEvent,
} from "./http/run-events.js";
export {
  type CheckpointSummary,
  checkpointList,
  checkpointSummary,
  kindParams,
  layersModelFile,
  type ModelSummary,
  modelList,
  modelSummary,
  uploadedData,
  uploadQuery,
} from "./http/run-files.js";
export {
  logLine,
  logList,
  logsQuery,
  metricsAnswer,
  metricsOfRuns,
  metricsOfRunsQuery,
  metricsQuery,
  type RoundSpread,
  roundSpread,
  seriesList,
  seriesQuery,
  seriesRecord,
  spreadAnswer,
  spreadQuery,
  type ThinnedSeries,
  thinnedSeries,
} from "./http/run-metrics.js";
export {
  byClientQuery,
  byRoundQuery,
  type ClientRound,
  type ClientSummary,
  clientList,
  clientParams,
  clientRound,
  clientSummary,
  clientsOfRound,
  type RoundSummary,
  roundList,
  roundParams,
  roundSummary,
  roundsOfClient,
} from "./http/run-rounds.js";
export {
  MAX_TIMELINE_ROUNDS,
  type TimelineAnswer,
  timelineAnswer,
  timelineLetters,
  timelineQuery,
} from "./http/run-timeline.js";
export {
  centralizedRunConfig,
  type ProjectRecord,
  pageQuery,
  projectList,
  projectRecord,
  pruned,
  prunedRun,
  pruneRequest,
  runAsked,
  runChanges,
  runList,
  runListQuery,
  runParams,
  runRequest,
  runStarted,
} from "./http/runs.js";
// Machines, as the HTTP API tells of them
export type {
  CurrentSystemMetrics,
  HostList,
  SystemHistory,
  SystemMetricName,
} from "./http/system.js";
export {
  currentSystemMetrics,
  hostList,
  hostParams,
  MAX_HISTORY_POINTS,
  systemHistory,
  systemHistoryQuery,
  systemMetricNames,
  systemMetricParams,
  systemMetricUnits,
} from "./http/system.js";
// Tokens, as the HTTP API tells of them
export type { TokenRecord } from "./http/tokens.js";
export {
  newToken,
  tokenList,
  tokenListQuery,
  tokenMade,
  tokenParams,
  tokenRecord,
  tokenRole,
} from "./http/tokens.js";
export { matches } from "./pattern.js";
export type { RunConfig, RunConfigInput } from "./runs/run-config.js";
export { hookName, partition, runConfig } from "./runs/run-config.js";
export type { MetricPoint, RunMetrics, RunRecord, RunState } from "./runs/run-record.js";
export { metricPoint, runMetrics, runRecord, runState } from "./runs/run-record.js";
export type { SeqRanges } from "./seq-ranges.js";
export { addSeq, hasSeq } from "./seq-ranges.js";
// Weights as files
export type {
  SafetensorsLimits,
  StoredTensor,
  StoredWeights,
  TensorToStore,
} from "./weights/safetensors.js";
export { decodeSafetensors, encodeSafetensors } from "./weights/safetensors.js";
export type { TensorDtype } from "./weights/tensor-dtype.js";
export { bytesPerElement } from "./weights/tensor-dtype.js";
export { toFloat32 } from "./weights/to-float32.js";
// Checks of what is no event
export { describeIssue, toSnakeCase } from "./wire-object.js";
