import type { FedloomEvent } from "@fedloom/protocol";

/** What an event is known by, whether it came live or from storage. */
export function eventKey({ meta, type, timestamp }: FedloomEvent): string {
  if (meta?.source !== undefined && meta.seq !== undefined) return `${meta.source} ${meta.seq}`;
  // Plain publishers give no number: storage knows them by their place in the relay's stream.
  if (meta?.epoch !== undefined && meta.offset !== undefined) return `relay-${meta.epoch} ${meta.offset}`;
  return `${type} ${timestamp}`;
}
