import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import type { WantedState } from "../schema/runs.js";
import { ENDED, textOrNull } from "./lease-run.js";

const CHANNEL = "fedloom_wanted";

/** Writes down what is wanted of a run, and tells its process; false if the run is over. */
export async function wantOfRun(
  queries: PostgresJsDatabase,
  runId: string,
  wish: { state: WantedState | undefined; reason?: string | undefined },
): Promise<boolean> {
  const told = await queries.execute(sql`
    with changed as (
      update runs set wanted = ${wish.state ?? null}, wanted_reason = ${textOrNull(wish.reason)}
      where run_id = ${runId} and deleted_at is null and state not in ${ENDED}
      returning run_id
    )
    select pg_notify(${CHANNEL}, run_id) from changed`);
  return told.length > 0;
}

/** The driver listens again by itself after the database was away. */
export async function listenForWanted(
  queries: PostgresJsDatabase,
  listener: (runId: string) => void,
): Promise<() => Promise<void>> {
  const { $client } = queries as PostgresJsDatabase & { $client: Sql };
  const { unlisten } = await $client.listen(CHANNEL, listener);
  return unlisten;
}
