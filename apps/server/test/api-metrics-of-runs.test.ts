import type { Grant } from "@fedloom/relay";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../src/routes/create-app.js";
import { addMetricsOfRunsRoute } from "../src/routes/runs/metrics-of-runs.js";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { storeRun } from "./store-run.js";

type Answer = { runs: { run_id: string; series: Record<string, unknown>[] }[] };

const [SHORT, LONG, OTHER, NOBODY] = [1, 2, 3, 9].map((end) => `01JD000000000000000000000${end}`) as [
  string,
  string,
  string,
  string,
];

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await storeRun(api, { runId: SHORT, numRounds: 3, clientIds: ["a", "b"] });
  await storeRun(api, { runId: LONG, numRounds: 300, clientIds: ["a"] });
  const { runId, config } = { runId: OTHER, config: {} };
  const about = { experimentName: "other", mode: "federated", seed: 1, tags: [], notes: "", totalSteps: 1 };
  await api.database.runs.create({ ...about, runId, config, project: "other", mode: "federated" });
});
afterAll(() => api?.[Symbol.asyncDispose]());

const path = (runIds: readonly string[], rest: string) => `/api/runs/metrics?run_id=${runIds}&${rest}`;

describe("lines of several runs", () => {
  it("come run by run in the order of the query, each over its own rounds", async () => {
    const asked = path([LONG, NOBODY, SHORT, OTHER], "name=accuracy&name=odd&phase=val&thin=10");
    const { runs } = (await api.get(asked)) as Answer;
    expect(runs.map(({ run_id }) => run_id)).toEqual([LONG, SHORT, OTHER]);
    const [long, short, other] = runs.map(({ series }) => series);
    expect(short).toEqual([
      expect.objectContaining({
        name: "accuracy",
        phase: "val",
        num_points: 3,
        points: [
          { x: 1, value: 0.5 },
          { x: 2, value: 1 - 1 / 3 },
          { x: 3, value: 0.75 },
        ],
      }),
      expect.objectContaining({ name: "odd", num_points: 3, num_nan: 1 }),
    ]);
    expect(long?.[0]).toMatchObject({ name: "accuracy", num_points: 300 });
    const points = long?.[0]?.points as { x: number }[];
    expect(points.length).toBeLessThanOrEqual(30);
    expect(points.at(-1)?.x).toBe(300);
    expect(other).toEqual([]);
  });

  it("are never those of single clients", async () => {
    const { runs } = (await api.get(path([SHORT], "name=train_loss"))) as Answer;
    expect(runs[0]?.series.filter((line) => "client_id" in line)).toEqual([]);
  });

  it.each<[Partial<Grant>, string[]]>([
    [{ runId: SHORT }, [SHORT]],
    [{ runId: NOBODY }, []],
    [{ project: "other" }, [OTHER]],
    [{}, [SHORT, LONG, OTHER]],
  ])("leave out what the token %j is not for", async (grant, seen) => {
    const app = await createApp();
    app.addHook("onRequest", async (request) => {
      (request as { grant: Partial<Grant> }).grant = grant;
    });
    addMetricsOfRunsRoute(app, { database: api.database } as never);
    const answer = await app.inject(path([SHORT, LONG, OTHER], "name=accuracy"));
    expect((answer.json() as Answer).runs.map(({ run_id }) => run_id)).toEqual(seen);
    await app.close();
  });

  it.each([
    ["", "run_id"],
    ["run_id=nonsense&name=a", "run_id.0"],
    [`run_id=${SHORT}`, "name"],
    [`run_id=${SHORT}&name=a&thin=0`, "thin"],
    [`run_id=${SHORT}&name=a&phase=x`, "phase"],
    [`run_id=${Array(101).fill(SHORT)}&name=a`, "run_id"],
  ])("refuse what is wrong in %.40s", async (query, field) => {
    expect(await api.get(`/api/runs/metrics?${query}`, 400)).toMatchObject({ field });
  });
});
