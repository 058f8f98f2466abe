import { join } from "node:path";
import { sql } from "drizzle-orm";
import { type Connection, type ConnectionOptions, connect, explainFailure, parseUrl } from "./connection.js";
import { openEmbedded } from "./embedded/open-embedded.js";
import { migrateDatabase } from "./migrate.js";
import { type AlertRepository, createAlertRepository } from "./repositories/alerts.js";
import { type CheckpointRepository, createCheckpointRepository } from "./repositories/checkpoints.js";
import type { EncodedEventRow, EventRow } from "./repositories/event-row.js";
import { createEventRepository, type EventRepository } from "./repositories/events.js";
import { createHostRepository, type HostRepository } from "./repositories/hosts.js";
import { createMetricRepository, type MetricRepository } from "./repositories/metrics.js";
import { createModelRepository, type ModelRepository } from "./repositories/models.js";
import { createRoundRepository, type RoundRepository } from "./repositories/rounds.js";
import { createRunRepository, type RunRepository } from "./repositories/runs.js";
import { storeEvents } from "./repositories/store-events.js";
import { createTokenRepository, type TokenRepository } from "./repositories/tokens.js";

/** A PostgreSQL of the user's own, or the embedded one that lives in a folder. */
export type OpenDatabaseOptions = (
  | {
      readonly url: string;
      /** For checkpoints that are too large for a row: a folder that every process of this database reaches. */
      readonly filesDir?: string;
    }
  | { readonly dataDir: string }
) & {
  /** Most connections of this process; 4. */
  readonly poolSize?: number;
};

/** Everything that is kept of runs. */
export interface Database extends AsyncDisposable {
  /** Which database this is, for the operator; never the password. */
  readonly name: string;
  readonly runs: RunRepository;
  readonly events: EventRepository;
  readonly rounds: RoundRepository;
  readonly metrics: MetricRepository;
  readonly checkpoints: CheckpointRepository;
  readonly models: ModelRepository;
  readonly hosts: HostRepository;
  readonly alerts: AlertRepository;
  readonly tokens: TokenRepository;
  /**
   * Stores events in one transaction, each once (by run, source and seq), and what they tell: metrics, rounds, clients,
   * attempts, and their runs' name, mode, progress, error, state and summary. Runs that are not known yet are added.
   * @throws DbError `event_refused` if trying again cannot help, because of what is in an event.
   */
  storeEvents(rows: readonly (EventRow | EncodedEventRow)[]): Promise<void>;
  /** Asks for a sign of life. */
  ping(): Promise<void>;
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
    const name = `PostgreSQL at ${host}:${port}/${database}`;
    return openTables(target, { name, filesDir: options.filesDir, close: async () => {} }, options.poolSize);
  }
  const embedded = await openEmbedded(options.dataDir);
  const { host, port, user, password, openSocket, name, close } = embedded;
  const filesDir = join(embedded.folder, "checkpoints");
  const target = { host, port, user, password, openSocket, database: "postgres" };
  return openTables(target, { name, filesDir, close }, options.poolSize);
}

async function openTables(
  target: ConnectionOptions,
  server: { name: string; filesDir: string | undefined; close(): Promise<void> },
  poolSize: number | undefined,
): Promise<Database> {
  let connection: Connection;
  try {
    await migrateDatabase(target);
    connection = connect(target, poolSize);
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
    rounds: createRoundRepository(queries),
    metrics: createMetricRepository(queries),
    checkpoints: createCheckpointRepository(queries, server.filesDir),
    models: createModelRepository(queries),
    hosts: createHostRepository(queries),
    alerts: createAlertRepository(queries),
    tokens: createTokenRepository(queries),
    storeEvents: (rows) => storeEvents(queries, rows),
    async ping() {
      await queries.execute(sql`select 1`);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
