// Running a relay

// Who may connect, and what they may do
export type { AccessCheck, AccessOptions } from "./access.js";
export { createAccessCheck, isLoopback } from "./access.js";
// What a relay can stand on
export type { Backplane } from "./backplane/backplane.js";
export { createLocalBackplane } from "./backplane/local-backplane.js";
// What it says
export type { Counters } from "./counters.js";
// Reading along in the same process
export type { Encoding, StreamEntry } from "./entry.js";
export type { RelayErrorCode } from "./errors.js";
export { RelayError } from "./errors.js";
export type { FailureLimitOptions, LimitedAuthenticate } from "./failure-limit.js";
export { FailureLimit, TooManyFailures } from "./failure-limit.js";
export type { FixedSubscription } from "./fixed-subscription.js";
export type { HistoryQuery, HistorySource } from "./history.js";
export type { RelayAddress, TlsFiles } from "./listener.js";
export { networkOf } from "./network-of.js";
export type { ProjectOf } from "./permission.js";
export type { PublisherChange } from "./publishers.js";
export type { RateLimits } from "./rate-limit.js";
export type { ListenOptions, UpgradeOptions } from "./relay.js";
export { Relay } from "./relay.js";
export type { AckLevel, RelayOptions } from "./relay-options.js";
export type { StartRelayOptions } from "./start-relay.js";
export { startRelay } from "./start-relay.js";
export type { Stream } from "./stream.js";
export { HOST_STREAM } from "./streams.js";
export type { Authenticate, Grant, Role, TokenRecord } from "./tokens.js";
export {
  createToken,
  createTokenCheck,
  createTokenId,
  hashToken,
  isForEverything,
  maySee,
  maySend,
} from "./tokens.js";
export { CLOSE_TOO_SLOW } from "./viewer.js";
