import type { FedloomEvent } from "@fedloom/protocol";

/** What brings new events: the relay, or, where sockets are blocked, a stream of server-sent events, or questions. */
export type Transport = "relay" | "sse" | "polling";

/** How a feed begins, at first or after a loss. */
export interface FeedStart {
  transport: Transport;
  /** Events that follow at once because they were missed. */
  numReplayed: number;
  /** Whether nothing is missing since the last event; else storage must be asked. */
  isWhole: boolean;
}

/** Who is told what a feed brings. */
export interface FeedListener {
  onEvents(events: readonly FedloomEvent[]): void;
  onLive(start: FeedStart): void;
  /** Nothing comes for the time being; the feed tries again by itself. */
  onLost(): void;
}

export interface Feed {
  close(): void;
}
