import { createHash } from "node:crypto";
import { and, asc, eq, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { models } from "../schema/checkpoints.js";
import { storableJson } from "../storable.js";

/** Of which weights a model is. */
export type ModelKind = "last" | "best";

export interface ModelRecord {
  readonly kind: ModelKind;
  readonly step: number;
  readonly name: string;
  readonly numBytes: number;
  /** Of the safetensors file. */
  readonly sha256: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface NewModel {
  readonly runId: string;
  readonly kind: ModelKind;
  readonly step: number;
  readonly name: string;
  /** `model.json` of a tf.js LayersModel, whose weights file is called `weights.bin`. */
  readonly layersModel: Record<string, unknown>;
  readonly layersWeights: Uint8Array;
  readonly safetensors: Uint8Array;
}

export interface ModelRepository {
  list(runId: string): Promise<ModelRecord[]>;
  /** One of a model's files. */
  loadLayersModel(runId: string, kind: ModelKind): Promise<Record<string, unknown> | undefined>;
  loadLayersWeights(runId: string, kind: ModelKind): Promise<Uint8Array | undefined>;
  loadSafetensors(runId: string, kind: ModelKind): Promise<Uint8Array | undefined>;
  /** Takes the place of the one before. */
  save(model: NewModel): Promise<void>;
}

export function createModelRepository(queries: PostgresJsDatabase): ModelRepository {
  const isOf = (runId: string, kind: ModelKind) => and(eq(models.runId, runId), eq(models.kind, kind));
  return {
    async list(runId) {
      const rows = await queries
        .select({
          kind: models.kind,
          step: models.step,
          name: models.name,
          numBytes: sql`octet_length(${models.safetensors})`.mapWith(Number),
          sha256: models.sha256,
          createdAt: models.createdAt,
        })
        .from(models)
        .where(eq(models.runId, runId))
        .orderBy(asc(models.kind));
      return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }));
    },

    async loadLayersModel(runId, kind) {
      const columns = { layersModel: models.layersModel };
      const [row] = await queries.select(columns).from(models).where(isOf(runId, kind));
      return row?.layersModel;
    },

    async loadLayersWeights(runId, kind) {
      const columns = { layersWeights: models.layersWeights };
      const [row] = await queries.select(columns).from(models).where(isOf(runId, kind));
      return row?.layersWeights;
    },

    async loadSafetensors(runId, kind) {
      const columns = { safetensors: models.safetensors };
      const [row] = await queries.select(columns).from(models).where(isOf(runId, kind));
      return row?.safetensors;
    },

    async save({ runId, kind, step, name, layersModel, layersWeights, safetensors }) {
      const content = {
        step,
        name,
        layersModel: JSON.parse(storableJson(layersModel)) as Record<string, unknown>,
        layersWeights,
        safetensors,
        sha256: createHash("sha256").update(safetensors).digest("hex"),
        createdAt: sql`now()`,
      };
      await queries
        .insert(models)
        .values({ runId, kind, ...content })
        .onConflictDoUpdate({ target: [models.runId, models.kind], set: content });
    },
  };
}
