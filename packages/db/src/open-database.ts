import { type Connection, type ConnectionOptions, connect, explainFailure, parseUrl } from "./connection.js";
import { openEmbedded } from "./embedded/open-embedded.js";
import { migrateDatabase } from "./migrate.js";
import type { EventRow } from "./repositories/event-row.js";
import { createEventRepository, type EventRepository } from "./repositories/events.js";
import { createMetricRepository, type MetricRepository } from "./repositories/metrics.js";
import { createRunRepository, type RunRepository } from "./repositories/runs.js";
import { storeEvents } from "./repositories/store-events.js";

/** A PostgreSQL of the user's own, or the embedded one that lives in a folder. */
export type OpenDatabaseOptions = { readonly url: string } | { readonly dataDir: string };

/** Everything that is kept of runs. */
export interface Database extends AsyncDisposable {
  /** Which database this is, for the operator; never the password. */
  readonly name: string;
  readonly runs: RunRepository;
  readonly events: EventRepository;
  readonly metrics: MetricRepository;
  /**
   * Stores events in one transaction, each once (by run, source and seq), with their metrics, and updates their runs:
   * name and mode, first fatal error, state and summary. Runs that are not known yet are added.
   * @throws DbError `event_refused` if trying again cannot help, because of what is in an event.
   */
  storeEvents(rows: readonly EventRow[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a database and brings its tables up to date; the embedded one is made and started as needed.
 * @throws DbError with one sentence for the operator.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  if ("url" in options) {
    const target = parseUrl(options.url);
    const { host, port, database } = target;
    return openTables(target, { name: `PostgreSQL at ${host}:${port}/${database}`, close: async () => {} });
  }
  const { host, port, user, password, ...embedded } = await openEmbedded(options.dataDir);
  return openTables({ host, port, user, password, database: "postgres" }, embedded);
}

async function openTables(
  target: ConnectionOptions,
  server: { name: string; close(): Promise<void> },
): Promise<Database> {
  let connection: Connection;
  try {
    await migrateDatabase(target);
    connection = connect(target);
  } catch (cause) {
    await server.close();
    throw explainFailure(cause, target);
  }
  const { queries } = connection;
  const close = async () => {
    await connection.close();
    await server.close();
  };
  return {
    name: server.name,
    runs: createRunRepository(queries),
    events: createEventRepository(queries),
    metrics: createMetricRepository(queries),
    storeEvents: (rows) => storeEvents(queries, rows),
    close,
    [Symbol.asyncDispose]: close,
  };
}
