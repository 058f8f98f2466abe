import type { WireEvent } from "@fedloom/protocol";

/** Shares events among relays, so that each can serve any viewer. Each relay numbers them on its own. */
export interface Backplane {
  /** Passes an event on that this relay took; never throws, never waits. */
  publish(event: WireEvent): void;
  /** Calls `listener` for every event of the other relays; returns how to stop that. */
  onEvent(listener: (event: WireEvent) => void): () => void;
}
