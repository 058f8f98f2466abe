import { z } from "zod";
import { bytes, count, name, runId } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";

/** Of the last step, or of the best one. */
const kind = z.enum(["last", "best"]).describe("of the last step, or of the best one");
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Path of a checkpoint or of a model. */
export const kindParams = z.strictObject({ run_id: runId, kind });

/** A checkpoint of a run: everything that it needs to go on. */
export const checkpointSummary = defineWireObject({
  checkpointId: name,
  kind,
  attempt: count,
  step: count.describe("the round or epoch that it closes"),
  numBytes: bytes,
  sha256,
  createdAt: z.iso.datetime(),
});
export type CheckpointSummary = ValueOfWireObject<typeof checkpointSummary>;

/** Answer of `GET /api/runs/{run_id}/checkpoints`. */
export const checkpointList = z.object({ checkpoints: z.array(checkpointSummary.wireSchema) });

/** A run's model, ready to be downloaded. */
export const modelSummary = defineWireObject({
  kind,
  step: count.describe("the round or epoch that its weights are of"),
  name: name.optional().describe("of the architecture"),
  numBytes: bytes.optional().describe("of the safetensors file"),
  sha256: sha256.optional().describe("of the safetensors file"),
  createdAt: z.iso.datetime(),
  files: z.object({
    layersModel: z.string().describe("model.json, for tf.loadLayersModel"),
    layersWeights: z.string(),
    safetensors: z.string(),
  }),
});
export type ModelSummary = ValueOfWireObject<typeof modelSummary>;

/** Answer of `GET /api/runs/{run_id}/model`. */
export const modelList = z.object({ models: z.array(modelSummary.wireSchema) });

/** `model.json` of a tf.js LayersModel. */
export const layersModelFile = z.object({
  format: z.string().optional(),
  modelTopology: z.unknown(),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(z.unknown()) })),
});

/** Query of `POST /api/data`. */
export const uploadQuery = z.strictObject({ kind: z.enum(["npz", "csv"]).describe("what the body is") });

/** Answer of `POST /api/data`. */
export const uploadedData = z.object({
  data_path: z.string().describe("what `data_path` of a run's config gets"),
  num_bytes: bytes,
  sha256,
});
