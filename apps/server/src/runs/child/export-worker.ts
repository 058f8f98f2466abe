// A thread that makes a model's files from a checkpoint in the database, and ends.
import { parentPort, workerData } from "node:worker_threads";
import { type OpenDatabaseOptions, openDatabase } from "@fedloom/db";
import { exportModelOf } from "./export-model.js";
import { reasonOf } from "./retrying.js";

const { options, runId, kind } = workerData as {
  options: OpenDatabaseOptions;
  runId: string;
  kind: "last" | "best";
};

try {
  await using database = await openDatabase({ ...options, poolSize: 1 });
  const bytes = await database.checkpoints.load(runId, kind);
  const model = bytes && exportModelOf(bytes, { runId, kind });
  const buffers = model ? [model.layersWeights.buffer, model.safetensors.buffer] : [];
  parentPort?.postMessage({ model }, buffers as ArrayBuffer[]);
} catch (error) {
  parentPort?.postMessage({ error: reasonOf(error) });
}
