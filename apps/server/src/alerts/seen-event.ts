import type { EventType, WireEvent } from "@fedloom/protocol";
import { HOST_STREAM, type Stream, type StreamEntry } from "@fedloom/relay";
import { type MetricValue, metricValuesOf } from "./metric-values.js";

/** An event of the relay that rules look at; parsed once, and only if one wants to know more than its type. */
export class SeenEvent {
  readonly type: EventType;
  /** The run that it is of. */
  readonly runId: string | undefined;
  readonly host: string | undefined;
  readonly #entry: StreamEntry;
  #event: WireEvent | undefined;

  constructor(stream: Stream, entry: StreamEntry) {
    this.type = entry.type;
    this.runId = stream.key === HOST_STREAM ? undefined : stream.key;
    this.host = entry.host;
    this.#entry = entry;
  }

  /** In its wire form. */
  get data(): Readonly<Record<string, unknown>> {
    return this.#parsed.data;
  }

  /** The metric values that it carries. */
  get values(): MetricValue[] {
    return metricValuesOf(this.#parsed);
  }

  get #parsed(): WireEvent {
    this.#event ??= this.#entry.event;
    return this.#event;
  }
}
