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
export { MAX_MAP_ENTRIES, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from "./fields.js";
export { matches } from "./pattern.js";
// Runs, as the HTTP API takes and answers them
export type { RunConfig, RunConfigInput } from "./runs/run-config.js";
export { runConfig } from "./runs/run-config.js";
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
