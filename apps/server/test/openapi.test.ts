import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiDocument,
  fetchDocument,
  type Operation,
  operationsOf,
  resolveReferences,
} from "./api-document.js";
import { type BuiltServer, startBuiltServer } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

let folder: TemporaryFolder;
let server: BuiltServer;
let document: ApiDocument;
let operations: Operation[];

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startBuiltServer(folder.path, ["--no-run"]);
  document = await fetchDocument(server.url);
  operations = operationsOf(document);
});
afterAll(async () => {
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

describe("the OpenAPI document", () => {
  it("has what version 3.1 asks for", () => {
    expect(document).toMatchObject({
      openapi: "3.1.0",
      info: { title: "Fedloom", version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    });
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = (document.tags as { name: string }[]).map(({ name }) => name);
    for (const operation of operations) {
      const place = `${operation.method} ${operation.path}`;
      expect([place, operation.summary]).toEqual([place, expect.stringMatching(/\S/)]);
      expect(tags, place).toEqual(expect.arrayContaining([...(operation.tags ?? [])]));
      expect(operation.tags?.length, place).toBeGreaterThan(0);
      expect(operation.operationId, place).toMatch(/^[a-z][A-Za-z0-9]*$/);
      for (const response of Object.values(operation.responses))
        expect(response.description, place).toBeTruthy();
    }
  });

  it("names every parameter of a path, and no other", () => {
    for (const { path, parameters } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      const named = parameters.filter((parameter) => parameter.in === "path");
      expect([path, ...named.map(({ name }) => name).sort()]).toEqual([path, ...inPath]);
      expect(named.every(({ required }) => required)).toBe(true);
    }
  });

  it("refers to nothing that is not there, and describes problems for every operation", () => {
    expect(() => resolveReferences(document, document.paths)).not.toThrow();
    const text = JSON.stringify(document);
    for (const name of Object.keys(document.components.schemas)) {
      expect(text).toContain(`"#/components/schemas/${name}"`);
    }
    for (const { responses, path } of operations) {
      const problem = { $ref: "#/components/schemas/Problem" };
      for (const status of ["4XX", "5XX"]) {
        expect([path, responses[status]?.content?.["application/problem+json"]?.schema]).toEqual([
          path,
          problem,
        ]);
      }
    }
  });

  it("has every route that the project promises", () => {
    const routes = operations.map(({ method, path }) => `${method} ${path}`);
    expect(routes).toEqual(
      expect.arrayContaining([
        "POST /api/runs",
        "GET /api/runs",
        "GET /api/runs/{run_id}",
        "PATCH /api/runs/{run_id}",
        "DELETE /api/runs/{run_id}",
        "POST /api/runs/{run_id}/stop",
        "POST /api/runs/{run_id}/pause",
        "POST /api/runs/{run_id}/resume",
        "POST /api/runs/prune",
        "GET /api/runs/metrics",
        "GET /api/runs/{run_id}/metrics",
        "GET /api/runs/{run_id}/series",
        "GET /api/runs/{run_id}/predictions",
        "GET /api/runs/{run_id}/events",
        "GET /api/runs/{run_id}/logs",
        "GET /api/runs/{run_id}/rounds",
        "GET /api/runs/{run_id}/rounds/{round}/clients",
        "GET /api/runs/{run_id}/clients",
        "GET /api/runs/{run_id}/clients/{client_id}/rounds",
        "GET /api/runs/{run_id}/timeline",
        "GET /api/runs/{run_id}/spread",
        "GET /api/runs/{run_id}/checkpoints",
        "GET /api/runs/{run_id}/model",
        "GET /api/runs/{run_id}/model/{kind}/model.json",
        "POST /train",
        "POST /api/data",
        "GET /api/catalog",
        "POST /api/partition-preview",
        "GET /api/projects",
        "GET /api/metrics/current",
        "GET /api/metrics/{metric_name}",
        "GET /api/alerts",
        "POST /api/ws/broadcast/alert",
        "GET /health",
        "GET /metrics",
        "GET /openapi.json",
      ]),
    );
  });

  it("asks for a token wherever one is needed", () => {
    const open = operations.filter(({ security }) => security?.length === 0).map(({ path }) => path);
    expect(open.filter((path) => path.startsWith("/api/"))).toEqual([]);
  });
});
