import type { StoredEvent } from "@fedloom/db";
import type { StoredWireEvent } from "@fedloom/protocol";

/** A stored event as the HTTP API answers it. */
export function storedWireEvent(event: StoredEvent): StoredWireEvent {
  const { position, type, timestamp, payload, source, seq, offset, streamEpoch } = event;
  return { position, type, timestamp, data: payload, meta: { source, seq, offset, epoch: streamEpoch } };
}
