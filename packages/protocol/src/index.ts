// Events

// Frames
export { decodeJson, encodeJson, MAX_FRAME_LENGTH } from "./codec/json.js";
export type { ClientMessage, ClientMessageType, RelayMessage, RelayMessageType } from "./control.js";
// Control messages
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
// Errors
export { ProtocolError } from "./errors.js";
export type {
  EventData,
  EventInput,
  EventType,
  HostEventType,
  TrainingEventType,
} from "./events/registry.js";
export { eventTypes, isEventType, isGauge } from "./events/registry.js";
// Limits
export { MAX_MAP_ENTRIES, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from "./fields.js";
export type { RunConfig, RunConfigInput } from "./runs/run-config.js";
// Runs, as the HTTP API takes and answers them
export { runConfig } from "./runs/run-config.js";
export type { MetricPoint, RunMetrics, RunRecord, RunState } from "./runs/run-record.js";
export { metricPoint, runMetrics, runRecord, runState } from "./runs/run-record.js";
