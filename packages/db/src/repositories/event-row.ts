interface EventPlace {
  readonly source: string;
  readonly seq: number;
  /** The relay's counter within its stream. */
  readonly offset: number;
  readonly streamEpoch: string;
  readonly type: string;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** One event to store. */
export interface EventRow extends EventPlace {
  readonly runId: string;
  /** The event's data in its wire form. */
  readonly payload: Record<string, unknown>;
}

/** One event to store whose data is JSON already, as `JSON.stringify` writes it: on one line. */
export interface EncodedEventRow extends EventPlace {
  readonly runId: string;
  readonly json: string;
}

/** An event as it is stored. */
export interface StoredEvent extends EventPlace {
  /** The order in which events were stored, over all runs. */
  readonly position: number;
  readonly payload: Record<string, unknown>;
}
