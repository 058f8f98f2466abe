import {
  type EventType,
  gaugeKeyOf,
  jsonCodec,
  msgpackCodec,
  toFlatEvent,
  type WireEvent,
} from "@fedloom/protocol";
import { payloadOf, toSocketFrame } from "./socket-frame.js";

/** How events are written for a viewer: by its subprotocol, or flat for the simple pages' socket. */
export type Encoding = "json" | "msgpack" | "flat";

/** Where an event stands: in its run's stream, and among all events of this relay. */
export interface EntryPlace {
  offset: number;
  /** Identity of the numbering by `offset`. */
  epoch: string;
  /** Counter over all streams of this relay, so that one number is a cursor into all of them. */
  position: number;
}

/** One event in memory: written once as a WebSocket frame that all viewers share. */
export class StreamEntry {
  readonly offset: number;
  readonly epoch: string;
  readonly position: number;
  readonly type: EventType;
  /** The event as a JSON text frame, WebSocket header included. */
  readonly frame: Buffer;
  /** Monotonic time of arrival in ms. */
  readonly arrivedAt: number;
  /** Which gauge of its stream this is a value of; undefined for events that must be delivered. */
  readonly gaugeKey: string | undefined;
  /** What a viewer that comes late wants the newest of. */
  readonly kind: string;
  readonly host: string | undefined;
  readonly severity: string | undefined;
  readonly source: string | undefined;
  readonly seq: number | undefined;
  /** The frame in other encodings; most events are asked for in none. */
  #others: Map<Encoding, Buffer> | undefined;

  constructor(event: WireEvent, { offset, epoch, position }: EntryPlace, arrivedAt: number) {
    const { type, timestamp, data } = event;
    this.offset = offset;
    this.epoch = epoch;
    this.position = position;
    this.type = type;
    this.arrivedAt = arrivedAt;
    this.frame = toFrame({ type, timestamp, data, meta: { ...event.meta, offset, epoch } }, "json");
    this.gaugeKey = gaugeKeyOf(type, data, "wire");
    this.kind = this.gaugeKey ?? kindOf(type, data);
    this.host = textOf(data.host);
    this.severity = textOf(data.severity);
    this.source = event.meta?.source;
    this.seq = event.meta?.seq;
  }

  /** The event again, in its wire form; read from the frame, so that nothing is held twice. */
  get event(): WireEvent {
    return JSON.parse(payloadOf(this.frame).toString()) as WireEvent;
  }

  /** The frame in an encoding; made when first asked for. */
  frameIn(encoding: Encoding): Buffer {
    if (encoding === "json") return this.frame;
    this.#others ??= new Map();
    let frame = this.#others.get(encoding);
    if (!frame) {
      frame = toFrame(this.event, encoding);
      this.#others.set(encoding, frame);
    }
    return frame;
  }
}

/** An event as a WebSocket frame. */
export function toFrame(event: WireEvent, encoding: Encoding): Buffer {
  if (encoding === "msgpack") return toSocketFrame(msgpackCodec.encode(event));
  return toSocketFrame(jsonCodec.encode(encoding === "flat" ? toFlatEvent(event) : event));
}

/** The frame of a gauge's value that says how many earlier ones were left out for it. */
export function frameWithSkipped(entry: StreamEntry, numSkipped: number, encoding: Encoding): Buffer {
  const event = entry.event;
  const skipped = (event.meta?.skipped ?? 0) + numSkipped;
  return toFrame({ ...event, meta: { ...event.meta, skipped } }, encoding);
}

function kindOf(type: EventType, data: Readonly<Record<string, unknown>>): string {
  return [type, data.client_id, data.phase, data.alert_id].filter((part) => part !== undefined).join("/");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
