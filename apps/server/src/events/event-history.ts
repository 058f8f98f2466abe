import type { Database, StoredEvent } from "@fedloom/db";
import type { WireEvent } from "@fedloom/protocol";
import type { HistorySource } from "@fedloom/relay";

/** Gives the relay the stored events of a run, for viewers that want more than it has in memory. */
export function createEventHistory({ events }: Pick<Database, "events">): HistorySource {
  return {
    async read({ runId, after, limit }) {
      const position = after ? await events.positionAt(runId, after) : 0;
      if (position === undefined) return undefined;
      return (await events.list(runId, { after: position, limit })).map(toWireEvent);
    },
    lastSeq: (runId, source) => events.lastSeq(runId, source),
  };
}

function toWireEvent({ type, timestamp, payload, source, seq, offset, streamEpoch }: StoredEvent): WireEvent {
  return {
    type: type as WireEvent["type"],
    timestamp,
    data: payload,
    meta: { source, seq, offset, epoch: streamEpoch },
  };
}
