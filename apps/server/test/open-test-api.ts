import { join } from "node:path";
import { type Database, type EventRow, openDatabase } from "@fedloom/db";
import { Relay } from "@fedloom/relay";
import type { FastifyInstance } from "fastify";
import { EventTail } from "../src/events/event-tail.js";
import { createApp } from "../src/routes/create-app.js";
import { addApiDocs } from "../src/routes/open-api.js";
import { addRunRoutes } from "../src/routes/runs/add-run-routes.js";
import { createPredictor } from "../src/runs/predictions/create-predictor.js";
import { createPartitionPreviewer } from "../src/runs/preview/partition-previewer.js";
import { RunManager } from "../src/runs/run-manager.js";
import { createTemporaryFolder } from "./temporary-folder.js";

type Json = Record<string, unknown>;

/** The API over a real database, without the rest of the server: runs are what a test stores. */
export interface TestApi extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly database: Database;
  readonly tail: EventTail;
  readonly dataDirectory: string;
  readonly url: string;
  /** Stores events as the server does, and wakes those who follow. */
  store(rows: readonly EventRow[]): Promise<void>;
  /** Answers a JSON body; fails on another status. */
  get(path: string, status?: number): Promise<Json>;
}

export async function openTestApi(): Promise<TestApi> {
  const folder = await createTemporaryFolder();
  const database = await openDatabase({ dataDir: join(folder.path, "postgres") });
  const listeners = new Set<(runIds: ReadonlySet<string>) => void>();
  const onStored = (listener: (runIds: ReadonlySet<string>) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const tail = new EventTail({ events: database.events, onStored, heartbeatMs: 200, maxFollowers: 64 });
  const app = await createApp();
  const relay = new Relay();
  const runs = new RunManager({
    database,
    relay,
    databaseOptions: { dataDir: join(folder.path, "postgres") },
    relayUrl: () => "ws://127.0.0.1:9",
    dataDirectory: folder.path,
    progressDirectory: join(folder.path, "progress"),
    hostName: "test",
  } as never);
  const previewer = createPartitionPreviewer(new URL("../dist/preview-process.js", import.meta.url));
  const predictor = createPredictor({
    database,
    databaseOptions: { dataDir: join(folder.path, "postgres") },
    program: new URL("../dist/predictions-process.js", import.meta.url),
  });
  addRunRoutes(app, {
    database,
    runs: runs as never,
    tail,
    predictor,
    previewer,
    dataDirectory: folder.path,
  });
  await addApiDocs(app);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    app,
    database,
    tail,
    url,
    dataDirectory: folder.path,
    async store(rows) {
      await database.storeEvents(rows);
      const runIds = new Set(rows.map(({ runId }) => runId));
      for (const listener of listeners) listener(runIds);
    },
    async get(path, status = 200) {
      const response = await fetch(url + path);
      const body = (await response.json()) as Json;
      if (response.status !== status) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
      return body;
    },
    async [Symbol.asyncDispose]() {
      await tail.close();
      await previewer.close();
      await app.close();
      await relay.close("over");
      await database.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
