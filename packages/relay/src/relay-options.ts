import type { IncomingMessage } from "node:http";
import type { AccessOptions } from "./access.js";
import type { Backplane } from "./backplane/backplane.js";
import type { FailureLimit } from "./failure-limit.js";
import type { HistorySource } from "./history.js";
import type { TlsFiles } from "./listener.js";
import type { ProjectOf } from "./permission.js";
import type { RateLimits } from "./rate-limit.js";
import type { Authenticate } from "./tokens.js";

export type AckLevel = "accepted" | "stored";

export interface RelayOptions extends AccessOptions {
  /** Says what the bearer of a token may do; without it everybody may do everything, on this machine only. */
  authenticate?: Authenticate | undefined;
  /** Whether addresses that other machines reach may be listened on; needs `authenticate`; false. */
  allowRemote?: boolean | undefined;
  /** Limits wrong tokens by address; one of its own, 30 a minute. */
  failures?: FailureLimit | undefined;
  /** Says of which project a run is, for tokens that are for one; without it these may do nothing. */
  projectOf?: ProjectOf | undefined;
  /** Whose request it is, where a proxy stands before this relay; the address of the connection. */
  addressOf?: ((request: IncomingMessage) => string) | undefined;
  /** Certificate and key to listen with; then `wss` is spoken. */
  tls?: TlsFiles | undefined;
  /** How long events gather before viewers get them in one go, in ms; 25. */
  flushMs?: number | undefined;
  /** Time between pings, and between heartbeat events on a quiet relay, in ms; 15,000. */
  heartbeatMs?: number | undefined;
  /** Most events held for one run; 10,000. */
  maxEvents?: number | undefined;
  /** Most bytes held for one run; 8 MiB. */
  maxBytes?: number | undefined;
  /** Longest time an event is held, in ms; 24 hours. */
  maxAgeMs?: number | undefined;
  /** Most runs held; the longest silent one leaves first; 256. */
  maxStreams?: number | undefined;
  /** Most bytes held for all runs together; 256 MiB. */
  maxTotalBytes?: number | undefined;
  /** Most connections at once; further ones are refused with 503; 10,000. */
  maxConnections?: number | undefined;
  /** Most connections at once from one address of another machine; 256. */
  maxConnectionsPerAddress?: number | undefined;
  /** What one publisher may send; one that sends more is read more slowly; 100,000 messages and 32 MiB a second. */
  publisherLimits?: RateLimits | undefined;
  /**
   * Asked when a publisher has sent something: for how long it is read no further, in ms, because what it sends cannot be
   * kept as fast as it comes; 0.
   */
  holdPublishersMs?: (() => number) | undefined;
  /** Bytes waiting in a socket above which its viewer is passed over until it has read some; 64 KiB. */
  softLimitBytes?: number | undefined;
  /** Bytes that came while a viewer took none, above which it is closed with code 4008; 1 MiB. */
  hardLimitBytes?: number | undefined;
  /** `stored` when whoever embeds the relay calls `markStored`; `accepted`. */
  ackLevel?: AckLevel | undefined;
  /** Where events are that have left memory. */
  history?: HistorySource | undefined;
  /** Shares events with other relays. */
  backplane?: Backplane | undefined;
  /** Source of time, for tests. */
  now?: (() => Date) | undefined;
  /** Monotonic time in ms, for tests. */
  clock?: (() => number) | undefined;
}

export const DEFAULTS = {
  allowRemote: false,
  flushMs: 25,
  heartbeatMs: 15_000,
  maxEvents: 10_000,
  maxBytes: 8 * 1024 * 1024,
  maxAgeMs: 24 * 60 * 60 * 1_000,
  maxStreams: 256,
  maxTotalBytes: 256 * 1024 * 1024,
  maxConnections: 10_000,
  maxConnectionsPerAddress: 256,
  publisherLimits: { messagesPerSecond: 100_000, bytesPerSecond: 32 * 1024 * 1024 },
  holdPublishersMs: () => 0,
  softLimitBytes: 64 * 1024,
  hardLimitBytes: 1024 * 1024,
  ackLevel: "accepted",
  addressOf: (request: IncomingMessage) => request.socket.remoteAddress ?? "",
  now: () => new Date(),
  clock: () => performance.now(),
} as const satisfies RelayOptions;

/** Options with every default in place. */
export type RelaySettings = Omit<RelayOptions, keyof typeof DEFAULTS> & {
  [Name in keyof typeof DEFAULTS]: NonNullable<RelayOptions[Name]>;
};

export function withDefaults(options: RelayOptions): RelaySettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...DEFAULTS, ...given };
}
