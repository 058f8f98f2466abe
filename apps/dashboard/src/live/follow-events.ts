import type { EventType } from "@fedloom/protocol";
import { openViewer } from "@fedloom/viewer";
import { currentToken } from "../access/session.js";
import { relayUrl } from "./relay-url.js";
import { type FollowEventsOptions, SharedEvents } from "./shared-events.js";

export type { Following } from "./shared-events.js";

const shared = new SharedEvents({
  open: (options) => openViewer({ url: relayUrl(), token: currentToken(), ...options }),
});

/** Follows new events of these types, of every run and host, until what it answers is called. */
export function followEvents(types: readonly EventType[], options: FollowEventsOptions): () => void {
  return shared.follow(types, options);
}
