import type { EncodedEventRow, EventRow } from "@fedloom/db";
import type { WireEvent } from "@fedloom/protocol";
import type { StreamEntry } from "@fedloom/relay";

/** The fields of an event as the relay writes them, in this order. */
const BEFORE_TIME = '","timestamp":"';
const BEFORE_DATA = Buffer.from('","data":');
const BEFORE_META = Buffer.from(',"meta":{');

/** An event of the relay as a row: its data is cut out of the frame, because reading and writing it again would cost more. */
export function rowOfEntry(entry: StreamEntry, runId: string): EventRow | EncodedEventRow {
  const { type, offset, epoch } = entry;
  const cut = cutFrame(jsonOfEntry(entry), type);
  if (!cut) return rowOfEvent(entry.event, runId);
  return {
    runId,
    source: entry.source ?? sourceOfPlace(epoch),
    seq: entry.seq ?? offset,
    offset,
    streamEpoch: epoch,
    type,
    timestamp: cut.timestamp,
    json: cut.json,
  };
}

/** The event as JSON, without the header of the WebSocket frame (RFC 6455 section 5.2). */
export function jsonOfEntry({ frame }: StreamEntry): Buffer {
  const length = frame[1] as number;
  return frame.subarray(length < 126 ? 2 : length === 126 ? 4 : 10);
}

const TYPE = '{"type":"';
const RUN_ID = '{"run_id":"';

/** An event that was written down as the relay has it, as a row. */
export function rowOfJson(json: Buffer): EventRow | EncodedEventRow {
  const type = json.toString("latin1", TYPE.length, json.indexOf('"', TYPE.length));
  const cut = cutFrame(json, type);
  // By its place, because events may hold others' run ids further inside.
  if (!cut?.json.startsWith(RUN_ID)) {
    const event = JSON.parse(json.toString()) as WireEvent;
    return rowOfEvent(event, String(event.data.run_id));
  }
  const runId = cut.json.slice(RUN_ID.length, cut.json.indexOf('"', RUN_ID.length));
  const meta = JSON.parse(json.toString("utf8", cut.metaAt, json.length - 1));
  const { timestamp, json: data } = cut;
  const { payload: _, ...place } = rowOfEvent(
    { type: type as WireEvent["type"], timestamp, data: {}, meta },
    runId,
  );
  return { ...place, json: data };
}

/** An event as a row; its meta has a place in its stream. */
export function rowOfEvent({ type, timestamp, data, meta = {} }: WireEvent, runId: string): EventRow {
  const { epoch = "", offset = 0 } = meta;
  return {
    runId,
    source: meta.source ?? sourceOfPlace(epoch),
    seq: meta.seq ?? offset,
    offset,
    streamEpoch: epoch,
    type,
    timestamp,
    payload: data,
  };
}

/** Events of plain publishers carry no source and seq; their place in the stream identifies them as well. */
export function sourceOfPlace(epoch: string): string {
  return `relay-${epoch}`;
}

interface CutFrame {
  readonly timestamp: string;
  readonly json: string;
  /** Where the value of `meta` begins. */
  readonly metaAt: number;
}

function cutFrame(json: Buffer, type: string): CutFrame | undefined {
  const time = '{"type":"'.length + type.length + BEFORE_TIME.length;
  const isAsExpected = json.toString("latin1", time - BEFORE_TIME.length, time) === BEFORE_TIME;
  const data = json.indexOf(BEFORE_DATA, time);
  // Within a text every quotation mark is escaped, so that the last one of these is the event's own.
  const meta = json.lastIndexOf(BEFORE_META);
  if (!isAsExpected || data < 0 || meta < data) return undefined;
  return {
    timestamp: json.toString("latin1", time, data),
    json: json.toString("utf8", data + BEFORE_DATA.length, meta),
    metaAt: meta + BEFORE_META.length - 1,
  };
}
