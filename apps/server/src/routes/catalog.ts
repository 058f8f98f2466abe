import { strategyNames } from "@fedloom/fl-strategy";
import { type Catalog, catalog, hookName, partition, runConfig } from "@fedloom/protocol";
import {
  engineNames,
  findModel,
  modelNames,
  partitionOptionNames,
  syntheticNames,
} from "@fedloom/trainer-core";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { MAX_UPLOAD_BYTES } from "./data.js";
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
    strategies: strategyNames.map((name) => ({ name })),
    models: modelNames.map((name) => {
      const { title, recommended } = findModel(name);
      return { name, title, recommended: wireNames(recommended) };
    }),
    hooks: hookName.options.map((name) => ({ name })),
    partitions: partition.options.map((name) => {
      const options = partitionOptionNames(name).filter(
        (option) => option !== "numClients" && option !== "seed",
      );
      return { name, options: options.map(snake) };
    }),
    data: {
      made_up: [...syntheticNames],
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
      snake(key),
      typeof entry === "object" && entry !== null && !Array.isArray(entry) ? wireNames(entry) : entry,
    ]),
  );
}

function snake(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
