import { type SQL, sql } from "drizzle-orm";
import { storableEncodedJson, storableText } from "../storable.js";
import type { EncodedEventRow, EventRow } from "./event-row.js";

/** Events as one parameter for each column, however many there are. */
export interface EventColumns {
  readonly runIds: readonly string[];
  /** Who has published them, one after the other; undefined if they are not in the order of their seqs. */
  readonly sources: readonly SourceRange[] | undefined;
  /** A query for them all in one row, by the keys of their runs. */
  input(runKeys: ReadonlyMap<string, number>): SQL;
}

/**
 * Takes a row of `EventColumns.input`, which is called `input`, apart into run_key, source, seq, offset, stream_epoch, type,
 * timestamp and payload in the events' order; without those of runs that have no key. More conditions can be added.
 */
export const SELECT_EVENTS = sql.raw(`
  select input.keys[publisher], input.sources[publisher], seq, "offset", input.epochs[publisher],
    input.types[type_number], timestamp, payload::jsonb
  from input cross join lateral rows from (
    unnest(input.publishers), unnest(input.type_numbers), unnest(input.seqs), unnest(input.offsets),
    unnest(input.times), string_to_table(input.payloads, e'\\n')
  ) as row_of (publisher, type_number, seq, "offset", timestamp, payload)
  where input.keys[publisher] is not null`);

export interface SourceRange {
  readonly runId: string;
  readonly source: string;
  readonly firstSeq: number;
}

/**
 * Events as columns. What repeats is sent once and referred to by its number; payloads are lines of one text, which
 * PostgreSQL takes apart faster than an array of texts, whose every quotation mark would have to be escaped.
 */
export function columnsOf(events: readonly (EventRow | EncodedEventRow)[]): EventColumns {
  const publishers = new Numbering();
  const types = new Numbering();
  const publisherOf: number[] = [];
  const typeOf: number[] = [];
  const payloads: string[] = [];
  for (const event of events) {
    const { runId, source, streamEpoch, type } = event;
    publisherOf.push(
      publishers.numberOf(`${runId}\n${source}\n${streamEpoch}`, [runId, source, streamEpoch]),
    );
    typeOf.push(types.numberOf(type, [type]));
    payloads.push("json" in event ? event.json : JSON.stringify(event.payload));
  }
  const of = (index: number) =>
    sql.param(publishers.values.map((value) => storableText(value[index] as string)));
  const typeNames = sql.param(types.values.map(([type]) => storableText(type as string)));
  const lines = storableEncodedJson(payloads.join("\n"));
  const numbers = [publisherOf, typeOf, events.map(({ seq }) => seq), events.map(({ offset }) => offset)].map(
    literal,
  );
  const times = literal(events.map(({ timestamp }) => JSON.stringify(timestamp)));
  return {
    sources: sourcesInOrder(events),
    runIds: [...new Set(publishers.values.map(([runId]) => runId as string))],
    input(runKeys) {
      const keys = literal(publishers.values.map(([runId]) => runKeys.get(runId as string) ?? "null"));
      return sql`
        select ${keys}::integer[] as keys, ${of(1)}::text[] as sources, ${of(2)}::text[] as epochs,
          ${typeNames}::text[] as types, ${numbers[0]}::integer[] as publishers,
          ${numbers[1]}::integer[] as type_numbers, ${numbers[2]}::bigint[] as seqs,
          ${numbers[3]}::bigint[] as offsets, ${times}::timestamptz[] as times, ${lines}::text as payloads`;
    },
  };
}

function sourcesInOrder(events: readonly (EventRow | EncodedEventRow)[]): SourceRange[] | undefined {
  const sources = new Map<string, SourceRange & { lastSeq: number }>();
  for (const { runId, source, seq } of events) {
    const key = `${runId}\n${source}`;
    const known = sources.get(key);
    if (!known) sources.set(key, { runId, source: storableText(source), firstSeq: seq, lastSeq: seq });
    else if (seq <= known.lastSeq) return undefined;
    else known.lastSeq = seq;
  }
  return [...sources.values()];
}

/** An array as PostgreSQL writes it; the driver would look at every entry. */
function literal(values: readonly (number | string)[]): string {
  return `{${values.join(",")}}`;
}

/** Gives each thing that is new the next number, from 1. */
class Numbering {
  readonly values: (readonly string[])[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(key: string, value: readonly string[]): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.values.push(value);
    this.#numbers.set(key, number);
    return number;
  }
}
