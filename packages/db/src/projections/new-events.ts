import { type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";

export type Transaction = Parameters<Parameters<PostgresJsDatabase["transaction"]>[0]>[0];

/** Events of some runs that this transaction has stored: all of these runs between two positions. */
export interface NewEvents {
  readonly runKeys: readonly number[];
  readonly first: number;
  readonly last: number;
  readonly types: ReadonlySet<string>;
  /** Whether a run has been started again, so that late events of an earlier attempt have to be looked for. */
  readonly hasAttempts: boolean;
}

/** Numbers as an array, in one parameter. */
export function arrayOf(numbers: readonly number[]): SQL {
  return sql`${`{${numbers.join(",")}}`}::bigint[]`;
}

/** Where `events` are new ones. */
export function isNew({ runKeys, first, last }: NewEvents): SQL {
  return sql`events.run_key = any (${arrayOf(runKeys)}) and events.position between ${first} and ${last}`;
}

export function hasType(types: readonly string[]): SQL {
  return sql.raw(`events.type in (${types.map((type) => `'${type}'`).join(", ")})`);
}

/**
 * Where `events` still count: what an earlier attempt says of steps after the one that a later attempt went on from, it
 * says in vain.
 */
export function counts({ hasAttempts }: Pick<NewEvents, "hasAttempts">): SQL {
  if (!hasAttempts) return sql`true`;
  const step = sql`coalesce((events.payload->>'round')::integer, (events.payload->>'epoch')::integer)`;
  return sql`not exists (
    select from attempts later
    where later.run_key = events.run_key and later.resumed_from < ${step} and later.attempt > (
      select max(own.attempt) from attempts own where own.run_key = events.run_key and own.source = events.source))`;
}

/** Where `events` are not of an attempt that another took the place of. */
export function isOfLastAttempt({ hasAttempts }: NewEvents): SQL {
  if (!hasAttempts) return sql`true`;
  return sql`not exists (
    select from attempts own, attempts later
    where own.run_key = events.run_key and own.source = events.source
      and later.run_key = own.run_key and later.attempt > own.attempt
      and not exists (select from attempts again
        where again.run_key = own.run_key and again.source = own.source and again.attempt > own.attempt))`;
}
