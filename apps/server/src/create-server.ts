import { join } from "node:path";
import { type OpenDatabaseOptions, openDatabase } from "@fedloom/db";
import { Relay } from "@fedloom/relay";
import { areTokensRequired } from "./access/are-tokens-required.js";
import { createAccess } from "./access/create-access.js";
import { openRunPort } from "./access/open-run-port.js";
import { protect } from "./access/protect.js";
import { readTls } from "./access/read-tls.js";
import { requestForLog } from "./access/request-for-log.js";
import { startAlertEngine } from "./alerts/start-alert-engine.js";
import type { ServerOptions } from "./env.js";
import { createEventHistory } from "./events/event-history.js";
import { EventStore } from "./events/event-store.js";
import { EventTail } from "./events/event-tail.js";
import { listen } from "./listen.js";
import { LoopDelay } from "./operation/loop-delay.js";
import { createOperation } from "./operation/operation.js";
import { openRelayPort, type RelayPort } from "./relay-port.js";
import { addRoutes } from "./routes/add-routes.js";
import { createApp } from "./routes/create-app.js";
import { createModelExporter } from "./runs/child/model-exporter.js";
import { createPredictor } from "./runs/predictions/create-predictor.js";
import { createPartitionPreviewer } from "./runs/preview/partition-previewer.js";
import { RunManager } from "./runs/run-manager.js";
import { startSystemMonitor } from "./system/system-monitor.js";

export interface Server extends AsyncDisposable {
  /** Where the API and the dashboard are. */
  readonly url: string;
  readonly relayPort: RelayPort;
  /** The database in words, for the operator. */
  readonly databaseName: string;
  /** What the operator should know: no token yet, a secret that could not be kept. */
  readonly warnings: readonly string[];
  readonly runs: RunManager;
  readonly relay: Relay;
  close(): Promise<void>;
}

type Closers = (() => Promise<unknown> | unknown)[];

/** Starts database, relay, API and dashboard; a part that fails takes down those before it. */
export async function createServer(options: Omit<ServerOptions, "firstRun">): Promise<Server> {
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const parts = await startParts(options, closers);
    const { database, access, relay, relayPort, runs, store } = parts;
    const app = await createApp({
      // Without addresses' queries: somebody may put a token there.
      logger: { level: "error", serializers: { req: requestForLog } },
      trustProxy: access.isTrustedProxy,
      https: parts.tls,
    });
    await protect(app, access);
    await addRoutes(app, parts);
    const url = await listen(app, options);
    parts.address.url = url;
    closers.push(() => app.close());
    // Last in, first out: runs end while relay, store and database still work, so that what they say is stored.
    closers.push(async () => {
      await runs.close();
      await store.flush(FLUSH_MS);
    });
    await runs.open();
    const warnings = await warningsOf(parts);
    const databaseName = database.name;
    return { url, relayPort, databaseName, warnings, runs, relay, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How long events may take to be stored when the server stops; senders keep what is not. */
const FLUSH_MS = 2_000;

/** Everything behind the routes. */
export type ServerParts = Awaited<ReturnType<typeof startParts>>;

async function startParts(options: Omit<ServerOptions, "firstRun">, closers: Closers) {
  const { dataDirectory, allowedHosts, allowedOrigins, trustedProxies } = options;
  const tls = options.tls && readTls(options.tls);
  const loopDelay = new LoopDelay();
  closers.push(() => loopDelay.close());
  const databaseOptions = databaseOf(options);
  const database = await openDatabase(databaseOptions);
  closers.push(() => database.close());
  const hosts = [options.host, options.relay?.host];
  const access = createAccess({
    tokens: database.tokens,
    runs: database.runs,
    required: areTokensRequired({ ...options, hosts }),
    hosts,
    allowedHosts,
    allowedOrigins,
    trustedProxies,
    dataDirectory,
  });
  closers.push(() => access.close());
  const history = createEventHistory(database);
  // Publishers are read as fast as events can be stored.
  const holdPublishersMs = () => store?.holdPublishersMs ?? 0;
  let store: EventStore | undefined;
  const relay = new Relay({ ackLevel: "stored", history, holdPublishersMs, ...access.relayOptions, tls });
  access.watch(relay);
  store = await EventStore.open({
    relay,
    database,
    spillDirectory: join(dataDirectory, "spill"),
    maxSpillBytes: options.maxSpillBytes,
  });
  closers.push(() => store.close());
  closers.push(() => relay.close("the server stops"));
  const alerts = await startAlertEngine({ relay, database });
  closers.push(() => alerts.close());
  const system = startSystemMonitor({ relay, database, dataDirectory, host: options.hostName });
  closers.push(() => system.close());
  const tail = new EventTail({ events: database.events, onStored: (listener) => store.onStored(listener) });
  closers.push(() => tail.close());
  const relayPort = await openRelayPort(relay, options);
  // Where tokens or certificates are asked for, the server's own runs have a door of their own.
  const runUrl = access.required || tls ? await openRunPort(relay, dataDirectory) : undefined;
  /** Known once the API listens. */
  const address = { url: "" };
  const runs = new RunManager({
    ...options,
    maxRunning: options.maxRuns,
    database,
    databaseOptions,
    relay,
    relayUrl: () => runUrl ?? ("url" in relayPort ? relayPort.url : socketUrl(address.url)),
    tokenFor: (runId) => access.tokenForRun(runId),
  });
  const operation = createOperation(
    {
      database,
      relayPort: () => ("url" in relayPort ? relayPort : { ...relayPort, isOff: !options.relay }),
      events: () => store.figures,
      runs: () => runs.figures,
      alerts: () => alerts.figures,
      system: () => system.figures,
      folder: dataDirectory,
    },
    loopDelay,
  );
  const exporter = createModelExporter({ database, databaseOptions });
  const previewer = createPartitionPreviewer();
  closers.push(() => previewer.close());
  const predictor = createPredictor({ database, databaseOptions });
  closers.push(() => predictor.close());
  return {
    options,
    tls,
    database,
    access,
    relay,
    store,
    alerts,
    system,
    tail,
    relayPort,
    address,
    runs,
    operation,
    exporter,
    predictor,
    previewer,
  };
}

function socketUrl(url: string): string {
  return `${url.replace(/^http/, "ws")}/ws/relay`;
}

/** The user's PostgreSQL, or the embedded one in the data folder. */
function databaseOf({
  databaseUrl,
  dataDirectory,
}: Pick<ServerOptions, "databaseUrl" | "dataDirectory">): OpenDatabaseOptions {
  if (databaseUrl) return { url: databaseUrl, filesDir: join(dataDirectory, "checkpoints") };
  return { dataDir: join(dataDirectory, "postgres") };
}

async function warningsOf({ access, database }: ServerParts): Promise<string[]> {
  const lacksAdmin = access.required && !(await database.tokens.hasValid("admin"));
  return [
    ...(lacksAdmin ? ["nobody has a token that may do everything: fedloom token create --role admin"] : []),
    ...(access.problem ? [access.problem] : []),
  ];
}
