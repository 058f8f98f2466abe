import swagger, { type SwaggerTransform, type SwaggerTransformObject } from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import {
  centralizedRunConfig,
  clientRound,
  clientSummary,
  metricPoint,
  problemDocument,
  roundSummary,
  runConfig,
  runRecord,
  storedEvent,
} from "@fedloom/protocol";
import type { FastifyInstance, RouteOptions } from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { tidyDocument } from "./tidy-document.js";

/** Schemas that have a name of their own in the document. */
const named = {
  Problem: problemDocument,
  Run: runRecord.wireSchema,
  RunConfig: runConfig.wireSchema,
  CentralizedRunConfig: centralizedRunConfig,
  MetricPoint: metricPoint.wireSchema,
  Round: roundSummary.wireSchema,
  ClientRound: clientRound.wireSchema,
  Client: clientSummary.wireSchema,
  Event: storedEvent,
};

const TAGS = [
  { name: "runs", description: "Starting, finding and steering runs" },
  { name: "results", description: "What a run measured: metrics, rounds, clients" },
  { name: "events", description: "What happened in a run, as it was received" },
  { name: "files", description: "Checkpoints, models and data" },
  { name: "system", description: "Machines and their load" },
  { name: "alerts", description: "What is wrong, and whom to tell" },
  { name: "access", description: "Tokens" },
  { name: "operation", description: "How the server is" },
];

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemDocument } },
});

/**
 * Writes down every route that is added from now on, with the answers that every route has, and a name. One without a
 * schema is not added, unless it is a plugin's own, such as a file.
 */
export async function describeApi(app: FastifyInstance): Promise<void> {
  for (const [id, schema] of Object.entries(named)) {
    if (z.globalRegistry.get(schema)?.id === undefined) z.globalRegistry.add(schema, { id });
  }
  app.addHook("onRoute", function describe(this: FastifyInstance, route: RouteOptions) {
    if (!route.schema && this.defaultAccess === undefined) {
      throw new Error(`${route.method} ${route.url}: expected a schema, received nothing`);
    }
    route.schema = route.schema ? describeRoute(route) : { hide: true };
  });
  const finish = createJsonSchemaTransformObject({});
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Fedloom",
        description: "Federated learning, seen live: runs, their events and results, machines and alerts.",
        version: "1.0.0",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer", description: "a token of `fedloom token create`" },
        },
      },
    },
    transform: createJsonSchemaTransform({}) as SwaggerTransform,
    transformObject: ((document) => tidyDocument(finish(document) as never)) as SwaggerTransformObject,
  });
}

/** Serves the document at `/openapi.json`, and a page that shows it at `/docs`. */
export async function addApiDocs(app: FastifyInstance): Promise<void> {
  app.get(
    "/openapi.json",
    {
      config: { access: "public" },
      schema: {
        summary: "This document",
        tags: ["operation"],
        operationId: "getOpenApi",
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async () => app.swagger(),
  );
  await app.register(async (scope) => {
    // The plugin's own routes.
    Object.assign(scope, { defaultAccess: "public" });
    await scope.register(swaggerUi, {
      routePrefix: "/docs",
      uiConfig: { url: "/openapi.json" },
      theme: { title: "Fedloom API", css: [{ filename: "page.css", content: WITHOUT_BAR }] },
    });
  });
}

/** The bar shows another project's name, and an address to type into. */
const WITHOUT_BAR = ".swagger-ui .topbar { display: none }";

function describeRoute(route: RouteOptions): NonNullable<RouteOptions["schema"]> {
  const schema = route.schema as NonNullable<RouteOptions["schema"]>;
  const access = route.config?.access ?? "public";
  const method = String(route.method).toLowerCase();
  const name = route.url.replace(/[^A-Za-z0-9]+(.)?/g, (_, letter = "") => letter.toUpperCase());
  return {
    operationId: `${method}${name}`,
    ...schema,
    security: access === "public" ? [] : [{ bearer: [] }],
    response: {
      "4xx": problem("What is wrong with the request"),
      "5xx": problem("What the server cannot do at present"),
      ...(schema.response as object),
    },
  };
}
