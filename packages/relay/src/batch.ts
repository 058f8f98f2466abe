import { type Encoding, frameWithSkipped, type StreamEntry } from "./entry.js";
import type { Filter } from "./filter.js";
import type { Streams } from "./streams.js";

/** What a viewer gets in one write. */
export interface Batch {
  /** The frames of all events, joined; shared by all viewers that need the same. Undefined when none fits the filter. */
  bytes: Buffer | undefined;
  /** The position up to which a viewer has everything once it has this. */
  to: number;
  numEvents: number;
  /** Earlier values of gauges that were left out. */
  numConflated: number;
}

export interface BatchRange {
  /** The position up to which the viewer has everything. */
  after: number;
  /** The position up to which it is to have everything. */
  upTo: number;
  /** Whether the viewer is so far behind that of each gauge only the latest value is worth sending. */
  conflate: boolean;
}

export interface BatchRequest extends BatchRange {
  filter: Filter;
  encoding: Encoding;
}

/** Most bytes of one batch: what a viewer may have waiting before it is passed over. */
const MAX_BATCH_BYTES = 64 * 1024;
/** Most events read from one stream at once. */
const MAX_READ = 2_048;

/** Reads what follows a position, in the order in which the relay took it. */
export function readBatch(streams: Streams, request: BatchRequest): Batch {
  const { encoding, conflate } = request;
  const { entries, to } = collect(streams, request);
  const latest = conflate ? latestOfGauges(entries) : undefined;
  const skipped = new Map<string, number>();
  const frames: Buffer[] = [];
  let numBytes = 0;
  let numConflated = 0;
  for (const entry of entries) {
    if (latest && entry.gaugeKey !== undefined && latest.get(gaugeOf(entry)) !== entry) {
      skipped.set(gaugeOf(entry), (skipped.get(gaugeOf(entry)) ?? 0) + 1);
      numConflated++;
      continue;
    }
    const numSkipped = (entry.gaugeKey !== undefined && skipped.get(gaugeOf(entry))) || 0;
    const frame = numSkipped ? frameWithSkipped(entry, numSkipped, encoding) : entry.frameIn(encoding);
    if (frames.length > 0 && numBytes + frame.length > MAX_BATCH_BYTES) {
      return { bytes: join(frames), to: entry.position - 1, numEvents: frames.length, numConflated };
    }
    frames.push(frame);
    numBytes += frame.length;
  }
  return { bytes: join(frames), to, numEvents: frames.length, numConflated };
}

/** The events after a position that fit, in order, and the position up to which these are all. */
function collect(
  streams: Streams,
  { filter, after, upTo }: BatchRequest,
): { entries: StreamEntry[]; to: number } {
  let to = upTo;
  const lists: StreamEntry[][] = [];
  const only = filter.streamKey === undefined ? undefined : streams.get(filter.streamKey);
  for (const stream of filter.streamKey === undefined ? streams.all() : only ? [only] : []) {
    if (!filter.wants(stream)) continue;
    const entries = stream.afterPosition(after, MAX_READ);
    if (entries.length === MAX_READ) to = Math.min(to, entries[MAX_READ - 1]?.position ?? to);
    if (entries.length > 0) lists.push(entries);
  }
  const [first = []] = lists;
  const merged = lists.length > 1 ? lists.flat().sort((a, b) => a.position - b.position) : first;
  return { entries: merged.filter((entry) => entry.position <= to && filter.accepts(entry)), to };
}

function latestOfGauges(entries: readonly StreamEntry[]): Map<string, StreamEntry> {
  const latest = new Map<string, StreamEntry>();
  for (const entry of entries) {
    if (entry.gaugeKey !== undefined) latest.set(gaugeOf(entry), entry);
  }
  return latest;
}

/** A gauge of a stream among those of all streams. */
function gaugeOf({ epoch, gaugeKey }: StreamEntry): string {
  return `${epoch} ${gaugeKey}`;
}

function join(frames: readonly Buffer[]): Buffer | undefined {
  return frames.length > 1 ? Buffer.concat(frames) : frames[0];
}
