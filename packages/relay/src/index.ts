export type { AccessCheck, AccessOptions } from "./access.js";
export { createAccessCheck, isLoopback } from "./access.js";
export type { RelayErrorCode } from "./errors.js";
export { RelayError } from "./errors.js";
export type { RelayAddress, RelayOptions } from "./relay.js";
export { Relay, startRelay } from "./relay.js";
export type { Stream, StreamEntry } from "./stream.js";
export { HOST_STREAM } from "./streams.js";
export { CLOSE_TOO_SLOW } from "./viewer.js";
