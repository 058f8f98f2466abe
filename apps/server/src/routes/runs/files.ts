import type { ModelKind } from "@fedloom/db";
import {
  checkpointList,
  checkpointSummary,
  kindParams,
  layersModelFile,
  modelList,
  modelSummary,
  runParams,
} from "@fedloom/protocol";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { ServerError } from "../../errors.js";
import { type ExportedModel, findRun, type RunRoutesOptions, withSchemas } from "./run-routes.js";

const BINARY = "application/octet-stream";
const file = (description: string) => ({ description, content: { [BINARY]: { schema: z.string() } } });

/** A run's checkpoints and models, to be downloaded. */
export function addFileRoutes(app: FastifyInstance, options: RunRoutesOptions): void {
  addCheckpoints(app, options);
  addModels(app, options);
}

function addCheckpoints(app: FastifyInstance, { database }: RunRoutesOptions): void {
  const routes = withSchemas(app);
  routes.get(
    "/api/runs/:run_id/checkpoints",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Checkpoints: the newest, and the best",
        tags: ["files"],
        operationId: "listCheckpoints",
        params: runParams,
        response: { 200: checkpointList },
      },
    },
    async ({ params }) => {
      const { runId } = await findRun(database, params.run_id);
      const checkpoints = await database.checkpoints.list(runId);
      return { checkpoints: checkpoints.map((checkpoint) => checkpointSummary.toWire(checkpoint)) };
    },
  );
  routes.get(
    "/api/runs/:run_id/checkpoints/:kind/file",
    {
      config: { access: "viewer" },
      schema: {
        summary: "A checkpoint as it was saved",
        tags: ["files"],
        operationId: "downloadCheckpoint",
        params: kindParams,
        response: { 200: file("The checkpoint") },
      },
    },
    async ({ params: { run_id, kind } }, reply) => {
      const { runId } = await findRun(database, run_id);
      const bytes = await database.checkpoints.load(runId, kind);
      if (!bytes) throw new ServerError("checkpoint_not_found", `run ${runId} has no checkpoint ${kind} yet`);
      return send(reply, bytes, `${runId}-${kind}.checkpoint`) as never;
    },
  );
}

function addModels(app: FastifyInstance, { database, exporter }: RunRoutesOptions): void {
  const routes = withSchemas(app);
  const { models, checkpoints } = database;

  /** One of a model's files: kept since the run ended, else made from its newest checkpoint. */
  async function load<Part extends keyof ExportedModel>(
    runId: string,
    kind: ModelKind,
    {
      kept,
      part,
    }: { kept: (runId: string, kind: ModelKind) => Promise<ExportedModel[Part] | undefined>; part: Part },
  ): Promise<ExportedModel[Part]> {
    const run = await findRun(database, runId);
    const found = (await kept(run.runId, kind)) ?? (await exporter?.(run.runId, kind))?.[part];
    if (found === undefined)
      throw new ServerError("model_not_found", `run ${run.runId} has no model ${kind} yet`);
    return found;
  }

  routes.get(
    "/api/runs/:run_id/model",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Which models there are, and their files",
        tags: ["files"],
        operationId: "listModels",
        params: runParams,
        response: { 200: modelList },
      },
    },
    async ({ params }) => {
      const { runId } = await findRun(database, params.run_id);
      const kept = await models.list(runId);
      const open = exporter
        ? (await checkpoints.list(runId)).filter(({ kind }) => !kept.some((model) => model.kind === kind))
        : [];
      const known = [...kept, ...open.map(({ kind, step, createdAt }) => ({ kind, step, createdAt }))];
      return {
        models: known.map((model) => modelSummary.toWire({ ...model, files: filesOf(runId, model.kind) })),
      };
    },
  );
  routes.get(
    "/api/runs/:run_id/model/:kind/model.json",
    {
      config: { access: "viewer" },
      schema: {
        summary: "For tf.loadLayersModel: topology and manifest",
        tags: ["files"],
        operationId: "downloadLayersModel",
        params: kindParams,
        response: { 200: layersModelFile },
      },
    },
    async ({ params: { run_id, kind } }) =>
      (await load(run_id, kind, { kept: models.loadLayersModel, part: "layersModel" })) as never,
  );
  routes.get(
    "/api/runs/:run_id/model/:kind/weights.bin",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Weights that model.json names",
        tags: ["files"],
        operationId: "downloadLayersWeights",
        params: kindParams,
        response: { 200: file("The weights") },
      },
    },
    async ({ params: { run_id, kind } }, reply) => {
      const bytes = await load(run_id, kind, { kept: models.loadLayersWeights, part: "layersWeights" });
      return send(reply, bytes, "weights.bin") as never;
    },
  );
  routes.get(
    "/api/runs/:run_id/model/:kind/model.safetensors",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Weights as safetensors",
        tags: ["files"],
        operationId: "downloadSafetensors",
        params: kindParams,
        response: { 200: file("The weights") },
      },
    },
    async ({ params: { run_id, kind } }, reply) => {
      const bytes = await load(run_id, kind, { kept: models.loadSafetensors, part: "safetensors" });
      return send(reply, bytes, `${run_id}-${kind}.safetensors`) as never;
    },
  );
}

function filesOf(runId: string, kind: ModelKind) {
  const folder = `/api/runs/${runId}/model/${kind}`;
  return {
    layersModel: `${folder}/model.json`,
    layersWeights: `${folder}/weights.bin`,
    safetensors: `${folder}/model.safetensors`,
  };
}

function send(reply: FastifyReply, bytes: Uint8Array, fileName: string): FastifyReply {
  return reply
    .type(BINARY)
    .header("content-disposition", `attachment; filename="${fileName}"`)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
