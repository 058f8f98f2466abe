import {
  bigint,
  customType,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { runs } from "./runs.js";

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

const createdAt = () => timestamp("created_at", { withTimezone: true, precision: 3 }).notNull().defaultNow();
const runId = () =>
  text("run_id")
    .notNull()
    .references(() => runs.runId, { onDelete: "cascade" });

/** The newest and the best checkpoint of a run, each whole or not at all: in the row, or in a file if it is large. */
export const checkpoints = pgTable(
  "checkpoints",
  {
    runId: runId(),
    kind: text().$type<"last" | "best">().notNull(),
    checkpointId: text("checkpoint_id").notNull().unique(),
    attempt: integer().notNull(),
    step: integer().notNull(),
    bytes: bytea(),
    path: text(),
    numBytes: bigint("num_bytes", { mode: "number" }).notNull(),
    sha256: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ name: "checkpoints_pk", columns: [table.runId, table.kind] })],
);

/** What clients keep between rounds, of the two newest rounds of each. */
export const clientStates = pgTable(
  "client_states",
  {
    runId: runId(),
    clientId: text("client_id").notNull(),
    round: integer().notNull(),
    bytes: bytea().notNull(),
  },
  (table) => [primaryKey({ name: "client_states_pk", columns: [table.runId, table.clientId, table.round] })],
);

/** A run's model, ready to be downloaded. */
export const models = pgTable(
  "models",
  {
    runId: runId(),
    /** Weights of the last step, or of the best one. */
    kind: text().$type<"last" | "best">().notNull(),
    step: integer().notNull(),
    name: text().notNull(),
    /** `model.json` of a tf.js LayersModel; its weights are in `layersWeights`. */
    layersModel: jsonb("layers_model").$type<Record<string, unknown>>().notNull(),
    layersWeights: bytea("layers_weights").notNull(),
    safetensors: bytea().notNull(),
    sha256: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ name: "models_pk", columns: [table.runId, table.kind] })],
);
