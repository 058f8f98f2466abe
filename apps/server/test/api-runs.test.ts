import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, type TestApi } from "./open-test-api.js";

type Json = Record<string, unknown>;

let api: TestApi;
const ids = [1, 2, 3, 4, 5].map((n) => `01JD000000000000000000010${n}`);
const [lungs = "", hearts = "", knees = "", moons = "", last = ""] = ids;

beforeAll(async () => {
  api = await openTestApi();
  const runs = [
    { runId: lungs, project: "chest", experimentName: "lungs", tags: ["xray", "50%"], notes: "first try" },
    { runId: hearts, project: "chest", experimentName: "Hearts", tags: ["ecg"], notes: "" },
    { runId: knees, project: "bones", experimentName: "knees_1", tags: ["xray"], notes: "of a site" },
    {
      runId: moons,
      project: "default",
      experimentName: "moons",
      tags: [],
      notes: "",
      mode: "centralized" as const,
    },
    { runId: last, project: "default", experimentName: "last", tags: [], notes: "" },
  ];
  for (const run of runs) {
    await api.database.runs.create({
      mode: "federated",
      config: { seed: 1 },
      seed: 1,
      totalSteps: 5,
      ...run,
    });
  }
  for (const runId of [lungs, knees]) await api.database.runs.settle(runId, "completed");
  await api.database.runs.settle(hearts, "failed");
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function found(query: string): Promise<unknown[]> {
  const { runs, total } = await api.get(`/api/runs?${query}`);
  expect(total).toBe((runs as Json[]).length);
  return (runs as Json[]).map(({ run_id }) => run_id);
}

function send(method: string, path: string, body?: unknown): Promise<Response> {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  return fetch(api.url + path, { method, ...json });
}

describe("runs", () => {
  it("are listed newest first, in pages, with the number of all", async () => {
    const { runs, total } = await api.get("/api/runs?limit=2&offset=1");
    expect(total).toBe(5);
    expect((runs as Json[]).map(({ run_id }) => run_id)).toEqual([moons, knees]);
    expect(await found("order=asc")).toEqual(ids);
    expect(await found("sort=experiment_name&order=asc")).toHaveLength(5);
  });

  it.each([
    ["project=chest", [hearts, lungs]],
    ["state=completed", [knees, lungs]],
    ["state=completed,failed", [knees, hearts, lungs]],
    ["state=completed&state=failed", [knees, hearts, lungs]],
    ["mode=centralized", [moons]],
    ["tag=xray", [knees, lungs]],
    ["search=HEART", [hearts]],
    ["search=first", [lungs]],
    ["search=50%25", [lungs]],
    ["search=%25%25", []],
    ["search=knees_", [knees]],
    ["search=kneesx", []],
    [`search=${lungs}`, [lungs]],
    ["search='%3B drop table runs%3B --", []],
    ["created_after=2030-01-01T00:00:00Z", []],
    ["created_before=2030-01-01T00:00:00%2B02:00&project=bones", [knees]],
    ["project=chest&state=failed&search=ear", [hearts]],
  ])("are found by %s", async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it.each([
    ["state=asleep", "state.0"],
    ["state=", "state.0"],
    ["sort=config", "sort"],
    ["order=up", "order"],
    ["limit=1001", "limit"],
    ["offset=-1", "offset"],
    ["created_after=yesterday", "created_after"],
    ["search=%00", "search"],
    ["mode=both", "mode"],
    ["__proto__=1", "__proto__"],
  ])("refuse %s", async (query, field) => {
    const problem = await api.get(`/api/runs?${query}`, 400);
    expect(problem).toMatchObject({ type: "about:blank", status: 400, code: "request_invalid" });
    if (field !== "__proto__") expect(problem.field).toBe(field);
  });

  it("are shown one by one", async () => {
    expect(await api.get(`/api/runs/${lungs}`)).toMatchObject({
      run_id: lungs,
      project: "chest",
      state: "completed",
      tags: ["xray", "50%"],
      config: { seed: 1 },
      total_steps: 5,
    });
    expect(await api.get("/api/runs/01JD0000000000000000000199", 404)).toMatchObject({
      code: "run_not_found",
    });
    expect(await api.get("/api/runs/lungs", 400)).toMatchObject({ field: "run_id", received: '"lungs"' });
  });

  it("take new names, tags and notes, and nothing else", async () => {
    const changed = await send("PATCH", `/api/runs/${last}`, { tags: ["kept", "µ"], notes: "a\u0000b" });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({ tags: ["kept", "µ"], experiment_name: "last" });
    await send("PATCH", `/api/runs/${last}`, { experiment_name: "renamed" });
    expect(await api.get(`/api/runs/${last}`)).toMatchObject({
      tags: ["kept", "µ"],
      experiment_name: "renamed",
    });
    for (const [body, field] of [
      [{ state: "completed" }, "state"],
      [{ tags: "kept" }, "tags"],
      [{ tags: Array(33).fill("x") }, "tags"],
      [{ experiment_name: "" }, "experiment_name"],
      [{ notes: "x".repeat(5_000) }, "notes"],
    ] as const) {
      const response = await send("PATCH", `/api/runs/${last}`, body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: "request_invalid", field });
    }
    const nobody = await send("PATCH", "/api/runs/01JD0000000000000000000199", { notes: "x" });
    expect(nobody.status).toBe(404);
  });

  it("have projects", async () => {
    const { projects, total } = await api.get("/api/projects");
    expect(total).toBe(3);
    expect(projects).toContainEqual(expect.objectContaining({ name: "chest", num_runs: 2 }));
    expect(((await api.get("/api/projects?limit=1&offset=1")).projects as Json[]).length).toBe(1);
  });

  it("can be made of what the catalog says", async () => {
    const catalog = await api.get("/api/catalog");
    expect(catalog.strategies).toContainEqual(expect.objectContaining({ name: "fedavg", title: "FedAvg" }));
    expect(catalog.partitions).toContainEqual(
      expect.objectContaining({
        name: "dirichlet",
        options: expect.arrayContaining([expect.objectContaining({ name: "dirichlet_alpha", default: 0.5 })]),
      }),
    );
    expect(catalog.models).toContainEqual(expect.objectContaining({ name: "pneumonia-cnn" }));
    expect(catalog.run_config).toMatchObject({ type: "object", properties: { num_rounds: { default: 5 } } });
  });
});
