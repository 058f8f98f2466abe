import {
  hookDescriptions,
  selectionDescription,
  strategyDescriptions,
  strategyNames,
} from "@fedloom/fl-strategy";
import { type Catalog, catalog, hookName, partition, runConfig, toSnakeCase } from "@fedloom/protocol";
import {
  engineNames,
  findModel,
  modelNames,
  partitionDescriptions,
  syntheticDescriptions,
  syntheticNames,
} from "@fedloom/trainer-core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { MAX_UPLOAD_BYTES } from "./data.js";
import { wireDescription } from "./describe-options.js";
import { withSchemas } from "./runs/run-routes.js";

/** `GET /api/catalog`: what a run can be made of, for forms. */
export function addCatalogRoute(app: FastifyInstance): void {
  const answer = createCatalog();
  withSchemas(app).get(
    "/api/catalog",
    {
      config: { access: "viewer", scope: "filtered" },
      schema: {
        summary: "What a run can be made of: strategies, models, hooks, partitions, data",
        tags: ["runs"],
        operationId: "getCatalog",
        response: { 200: catalog },
      },
    },
    async () => answer,
  );
}

function createCatalog(): Catalog {
  const { $schema: _, ...config } = z.toJSONSchema(z.strictObject(runConfig.wireSchema.shape), {
    io: "input",
  });
  return {
    strategies: strategyNames.map((name) => {
      const { source, ...description } = strategyDescriptions[name];
      const options = { ...description.options, selection: selectionDescription };
      return { ...wireDescription(name, { ...description, options }), source };
    }),
    models: modelNames.map((name) => {
      const { title, recommended } = findModel(name);
      return { name, title, recommended: wireNames(recommended) };
    }),
    hooks: hookName.options.map((name) => wireDescription(name, hookDescriptions[name])),
    partitions: partition.options.map((name) => {
      const { alpha, ...others } = partitionDescriptions[name].options;
      // Alpha is a field of a run's config, whatever the partition.
      const options = { ...(alpha && { dirichletAlpha: alpha }), ...others };
      return wireDescription(name, { ...partitionDescriptions[name], options });
    }),
    data: {
      made_up: syntheticNames.map((name) => ({ name, ...syntheticDescriptions[name] })),
      files: [
        { kind: "npz", description: "MedMNIST file" },
        { kind: "csv", description: "table with one row for each sample" },
        { kind: "images", description: "folder with one folder of images for each class" },
        { kind: "idx", description: "folder of MNIST's own files" },
      ],
      upload_limit_bytes: MAX_UPLOAD_BYTES,
    },
    engines: ["auto", ...engineNames],
    run_config: config,
  };
}

function wireNames(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      toSnakeCase(key),
      typeof entry === "object" && entry !== null && !Array.isArray(entry) ? wireNames(entry) : entry,
    ]),
  );
}
