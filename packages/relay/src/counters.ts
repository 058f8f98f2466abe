/** What the relay has done since it started. */
export interface Counters {
  eventsAccepted: number;
  /** Events that had come before, by (source, seq). */
  eventsDuplicate: number;
  /** Messages refused, by code. */
  rejected: Map<string, number>;
  /** Events times viewers. */
  eventsDelivered: number;
  /** Values of gauges left out for viewers that were behind. */
  eventsConflated: number;
  /** Viewers closed because they read too slowly. */
  viewersCut: number;
  connectionsAccepted: number;
  /** Connections refused, by cause. */
  connectionsRefused: Map<string, number>;
  /** Times a publisher was held back because it sent more than it may. */
  publishersPaused: number;
  /** Reads of stored events that failed. */
  historyFailures: number;
}

export function createCounters(): Counters {
  return {
    eventsAccepted: 0,
    eventsDuplicate: 0,
    rejected: new Map(),
    eventsDelivered: 0,
    eventsConflated: 0,
    viewersCut: 0,
    connectionsAccepted: 0,
    connectionsRefused: new Map(),
    publishersPaused: 0,
    historyFailures: 0,
  };
}

export function countOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
