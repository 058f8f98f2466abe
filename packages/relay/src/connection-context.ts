import type { WireEvent } from "@fedloom/protocol";
import type { Counters } from "./counters.js";
import type { LimitedAuthenticate } from "./failure-limit.js";
import type { FanOut } from "./fan-out.js";
import type { ProjectOf } from "./permission.js";
import type { Publishers } from "./publishers.js";
import type { RelaySettings } from "./relay-options.js";
import type { Acceptance, Streams } from "./streams.js";
import type { SubscribeContext } from "./subscribe.js";

/** What the relay gives each of its connections. */
export interface ConnectionContext {
  settings: RelaySettings;
  streams: Streams;
  fanOut: FanOut;
  publishers: Publishers;
  counters: Counters;
  subscribe: SubscribeContext;
  authenticate: LimitedAuthenticate;
  projectOf: ProjectOf | undefined;
  /** Whether the relay stops, so that nothing is taken any more. */
  isClosed(): boolean;
  /** Takes an event, and passes it on to other relays. */
  accept(event: WireEvent): Acceptance;
  /** Asks storage how far a source is; undefined when there is nobody to ask, or memory knows. */
  learnProgress(runId: string, source: string): Promise<void> | undefined;
}
