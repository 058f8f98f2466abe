import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import openapiTypescript, { astToString } from "openapi-typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiDocument, faultsOf, fetchDocument, operationsOf } from "./api-document.js";
import { type BuiltServer, startBuiltServer, untilState } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

const SERVER = fileURLToPath(new URL("..", import.meta.url));
const TSC = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));

/** A program of somebody else's, who has the document and nothing more. */
const PROGRAM = `
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: process.argv[2] ?? "" });

const started = await client.POST("/api/runs", { body: { experiment_name: "generated", num_rounds: 1, num_clients: 2 } });
if (!started.data) throw new Error(started.error.detail);
const run_id: string = started.data.run_id;

const run = await client.GET("/api/runs/{run_id}", { params: { path: { run_id } } });
const state: "queued" | "running" | "silent" | "lost" | "paused" | "completed" | "stopped" | "failed" | undefined = run.data?.state;

const list = await client.GET("/api/runs", { params: { query: { state: ["queued", "running", "completed"], limit: 10 } } });
const total: number = list.data?.total ?? 0;

const metrics = await client.GET("/api/runs/{run_id}/metrics", { params: { path: { run_id }, query: { limit: 5 } } });
const next: string | null | undefined = metrics.data?.next;

const refused = await client.POST("/api/runs", { body: { num_rounds: 0 } });
const field: string | undefined = refused.error?.field;

const stopped = await client.POST("/api/runs/{run_id}/stop", { params: { path: { run_id } }, body: { reason: "seen enough" } });
console.log(JSON.stringify({ run_id, state, total, next, field, stopped: stopped.response.status }));
`;

/** Each of these has to be an error: the types say more than any. */
const MISTAKES = [
  `await client.GET("/api/nothing");`,
  `await client.GET("/api/runs/{run_id}");`,
  `await client.GET("/api/runs", { params: { query: { state: ["asleep"] } } });`,
  `await client.POST("/api/runs", { body: { num_rounds: "five" } });`,
  `(await client.GET("/api/runs")).data?.runs[0]?.colour;`,
];

const TSCONFIG = {
  compilerOptions: {
    target: "ES2022",
    module: "NodeNext",
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: ["node"],
    rootDir: "src",
    outDir: "out",
  },
};

let folder: TemporaryFolder;
let project: string;
let server: BuiltServer;
let document: ApiDocument;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startBuiltServer(folder.path, ["--no-run"]);
  document = await fetchDocument(server.url);
  project = await mkdtemp(join(folder.path, "client-"));
  await mkdir(join(project, "src"));
  await symlink(join(SERVER, "node_modules"), join(project, "node_modules"));
  const types = astToString(
    await openapiTypescript(document as never, { silent: true, defaultNonNullable: false }),
  );
  await writeFile(join(project, "src/api.ts"), types);
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ ...TSCONFIG, include: ["src"] }));
});
afterAll(async () => {
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

async function compile(): Promise<string> {
  const options = { cwd: project };
  return promisify(execFile)(TSC, ["-p", "tsconfig.json"], options).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}

describe("a client generated from the document", () => {
  it("type-checks strictly, and does what it says", async () => {
    await writeFile(join(project, "src/main.ts"), PROGRAM);
    expect(await compile()).toBe("");
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(project, "out/main.js"),
      server.url,
    ]);
    const said = JSON.parse(stdout);
    expect(said).toMatchObject({ total: 1, field: "num_rounds", stopped: 202 });
    expect(["queued", "running"]).toContain(said.state);
    await untilState(server, said.run_id, "stopped");
  });

  it("knows what is wrong before it is sent", async () => {
    const lines = PROGRAM.split("\n");
    const main = [...lines.slice(0, 5), ...MISTAKES].join("\n");
    await writeFile(join(project, "src/main.ts"), main);
    const errors = await compile();
    for (const [index] of MISTAKES.entries()) expect(errors).toContain(`main.ts(${6 + index},`);
    await rm(join(project, "src/main.ts"));
  });
});

describe("answers", () => {
  it("are as the document describes them", async () => {
    const { runs } = (await (await fetch(`${server.url}/api/runs`)).json()) as { runs: { run_id: string }[] };
    const values: Record<string, string> = {
      run_id: runs[0]?.run_id ?? "",
      round: "1",
      client_id: "client-1",
      kind: "last",
      metric_name: "cpu_percent",
    };
    const faults: string[] = [];
    for (const operation of operationsOf(document).filter(({ method }) => method === "GET")) {
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "x");
      const response = await fetch(server.url + path);
      const fault = await faultsOf(document, operation, response);
      if (fault !== undefined) faults.push(`${path}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });
});
