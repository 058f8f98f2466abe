import { parse } from "node:querystring";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { storeRun } from "./store-run.js";

type Json = Record<string, unknown>;

const RUN = "01JD0000000000000000000001";
const LONG = "01JD0000000000000000000002";
const NOBODY = "01JD0000000000000000000009";
/** Any name is an id: none of these is a path, a formula or SQL to anybody. */
const ODD_CLIENTS = [
  "../../etc/passwd",
  "=cmd|'/c calc'!A1",
  'site, "two"',
  "+1",
  "@x",
  "-y",
  "ä/ö?#%",
  "' or 1=1 --",
];

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await storeRun(api, { runId: RUN, numRounds: 3, clientIds: ODD_CLIENTS });
});
afterAll(() => api?.[Symbol.asyncDispose]());

const path = (rest: string, runId = RUN) => `/api/runs/${runId}/${rest}`;

/** Every page of a list, by its `next`. */
async function pagesOf(url: string, key: string): Promise<Json[][]> {
  const pages: Json[][] = [];
  let next: unknown;
  do {
    const after = next === undefined ? "" : `&after=${encodeURIComponent(String(next))}`;
    const page = await api.get(url + after);
    pages.push(page[key] as Json[]);
    next = page.next;
  } while (next !== null);
  return pages;
}

describe("results of a run", () => {
  it("have final metrics, and values in pages", async () => {
    const first = await api.get(path("metrics?limit=5"));
    expect(first).toMatchObject({
      run_id: RUN,
      state: "completed",
      total_rounds: 3,
      best_round: 3,
      duration_seconds: 60,
      final_metrics: { test_auroc: 0.9, odd: "-Infinity" },
    });
    const paged = (await pagesOf(path("metrics?limit=5"), "points")).flat();
    const whole = (await api.get(path("metrics?limit=10000"))).points as Json[];
    expect(paged).toEqual(whole);
    expect(whole.length).toBeGreaterThan(24);
    const accuracy = whole.filter(({ name }) => name === "accuracy");
    expect(accuracy.map(({ x, round, value }) => [x, round, value])).toEqual([
      [1, 1, 0.5],
      [2, 2, 1 - 1 / 3],
      [3, 3, 0.75],
    ]);
    expect(whole.filter(({ value }) => value === "NaN")).toHaveLength(1);
  });

  it("are filtered by name, phase and client", async () => {
    const points = async (query: string) => (await api.get(path(`metrics?${query}`))).points as Json[];
    expect(new Set((await points("name=accuracy&name=odd")).map(({ name }) => name))).toEqual(
      new Set(["accuracy", "odd"]),
    );
    const client = `client_id=${encodeURIComponent(ODD_CLIENTS[0] as string)}`;
    const ofClient = await points(client);
    expect(ofClient).toHaveLength(3);
    expect(new Set(ofClient.map(({ client_id }) => client_id))).toEqual(new Set([ODD_CLIENTS[0]]));
    expect((await points("of=run")).filter(({ client_id }) => client_id !== undefined)).toEqual([]);
    expect(await points("phase=test&name=nothing")).toEqual([]);
  });

  it("are thinned out for charts", async () => {
    const { series, points } = await api.get(path("metrics?thin=10&of=run&name=odd"));
    expect(points).toEqual([]);
    expect(series).toEqual([
      expect.objectContaining({
        name: "odd",
        num_points: 3,
        num_nan: 1,
        points: [
          { x: 1, value: 1 },
          { x: 3, value: 1 },
        ],
      }),
    ]);
  });

  it("tell which lines there are", async () => {
    const { series, total } = await api.get(path("series?limit=2"));
    expect(series).toHaveLength(2);
    const all = await api.get(path("series"));
    expect(all.total).toBe(total);
    expect(all.series).toHaveLength(total as number);
    expect(
      ((await api.get(path("series?of=run"))).series as Json[]).some((line) => "client_id" in line),
    ).toBe(false);
  });

  it("come as CSV whose cells are no formulas", async () => {
    const response = await fetch(api.url + path("metrics?format=csv"));
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${RUN}-metrics.csv"`);
    const text = await response.text();
    const [header, ...lines] = text.trimEnd().split("\n");
    expect(header).toBe("name,phase,x,round,epoch,client_id,value,timestamp");
    expect(lines.length).toBe(((await api.get(path("metrics?limit=10000"))).points as Json[]).length);
    expect(text).toContain(`,"site, ""two""",`);
    for (const id of ["=cmd|'/c calc'!A1", "+1", "@x", "-y"]) {
      expect(text).not.toContain(`,${id},`);
      expect(text).toContain(`,'${id},`);
    }
  });

  it("list rounds, and what clients did in them", async () => {
    const rounds = (await pagesOf(path("rounds?limit=2"), "rounds")).flat();
    expect(rounds).toMatchObject(
      [1, 2, 3].map((round) => ({ round, num_ok: ODD_CLIENTS.length, bytes_up: 80 })),
    );
    expect(rounds[1]).toMatchObject({
      fit_metrics: { train_loss: 0.5 },
      eval_metrics: { val_loss: 1 },
      metrics: { odd: "NaN" },
    });
    const clients = (await pagesOf(path("rounds/2/clients?limit=3"), "clients")).flat();
    expect(clients.map(({ client_id }) => client_id).sort()).toEqual([...ODD_CLIENTS].sort());
    expect((await api.get(path("rounds/99/clients"))).clients).toEqual([]);
  });

  it("list clients, whatever they are called", async () => {
    const { clients, total } = await api.get(path("clients?limit=100"));
    expect(total).toBe(ODD_CLIENTS.length);
    expect(clients).toHaveLength(ODD_CLIENTS.length);
    expect((await pagesOf(path("clients?limit=3"), "clients")).flat()).toEqual(clients);
    for (const id of ODD_CLIENTS) {
      const { rounds } = await api.get(path(`clients/${encodeURIComponent(id)}/rounds`));
      expect(rounds).toMatchObject([1, 2, 3].map((round) => ({ round, client_id: id, status: "ok" })));
    }
    expect((await api.get(path("clients/nobody/rounds"))).rounds).toEqual([]);
  });

  it("tell rounds by clients in few letters", async () => {
    const answer = await api.get(path("timeline"));
    const sorted = [...ODD_CLIENTS].sort();
    expect(answer).toEqual({
      client_ids: sorted,
      next: null,
      longest_ms: 12.5,
      rounds: [1, 2, 3].map((round) => ({
        round,
        statuses: "o".repeat(sorted.length),
        durations_ms: sorted.map(() => "12").join(),
      })),
    });
    expect((await pagesOf(path("timeline?from=2&to=2&limit=3"), "client_ids")).flat()).toEqual(sorted);
    expect((await api.get(path("timeline?from=4"))).rounds).toEqual([]);
  });

  it("tell how a metric lies among clients", async () => {
    const { name, rounds } = await api.get(path("spread?name=train_loss&from=2"));
    expect(name).toBe("train_loss");
    expect(rounds).toMatchObject([
      {
        round: 2,
        num_clients: ODD_CLIENTS.length,
        num_not_finite: 0,
        min: 0.5,
        p10: 0.5,
        median: 3.5,
        max: 7.5,
      },
      { round: 3, min_client_id: ODD_CLIENTS[0], max_client_id: ODD_CLIENTS.at(-1) },
    ]);
    expect((await api.get(path("spread?name=nothing"))).rounds).toEqual([]);
  });

  it.each([
    ["metrics", 404],
    ["timeline", 404],
    ["spread?name=train_loss", 404],
    ["series", 404],
    ["rounds", 404],
    ["rounds/1/clients", 404],
    ["clients", 404],
    ["clients/x/rounds", 404],
    ["events", 404],
    ["logs", 404],
    ["checkpoints", 404],
    ["checkpoints/last/file", 404],
    ["model", 404],
    ["model/best/model.json", 404],
    ["model/last/weights.bin", 404],
    ["model/last/model.safetensors", 404],
  ])("of a run that is not there: %s", async (rest, status) => {
    expect(await api.get(path(rest, NOBODY), status)).toMatchObject({ code: "run_not_found", status });
    expect(await api.get(path(rest, "nonsense"), 400)).toMatchObject({
      code: "request_invalid",
      field: "run_id",
    });
  });

  it.each([
    ["metrics?after=nonsense", "after"],
    ["metrics?after=9999999999.1.1", "after"],
    ["metrics?limit=10001", "limit"],
    ["metrics?limit=NaN", "limit"],
    ["metrics?thin=0", "thin"],
    ["metrics?format=xml", "format"],
    ["metrics?name=a%00b", "name.0"],
    ["series?limit=-1", "limit"],
    ["timeline?from=0", "from"],
    ["timeline?limit=1001", "limit"],
    ["spread", "name"],
    ["spread?name=a&parts=501", "parts"],
    ["rounds?after=-1", "after"],
    ["rounds?limit=1.5", "limit"],
    ["rounds/0/clients", "round"],
    ["rounds/99999999999/clients", "round"],
    ["rounds/x/clients", "round"],
    ["clients?limit=1001", "limit"],
    ["clients?limit=1&limit=2", "limit"],
    ["clients?colour=red", "colour"],
    [`clients/${"x".repeat(129)}/rounds`, "client_id"],
    ["clients/%00/rounds", "client_id"],
    ["model/newest/model.json", "kind"],
    ["checkpoints/..%2f..%2fetc/file", "kind"],
  ])("refuse %s and say which field is wrong", async (rest, field) => {
    const problem = await api.get(path(rest), 400);
    expect(problem).toMatchObject({ code: "request_invalid", field });
    expect(problem.expected).toBeTruthy();
    expect(problem.received).toBeTruthy();
  });
});

describe("a run of 1,000 rounds with 100 clients", () => {
  const clientIds = Array.from({ length: 100 }, (_, index) => `site-${String(index).padStart(3, "0")}`);
  beforeAll(() => storeRun(api, { runId: LONG, numRounds: 1_000, clientIds }));

  it("is read in pages, everything once and in order", async () => {
    const rounds = (await pagesOf(path("rounds?limit=300", LONG), "rounds")).flat();
    expect(rounds.map(({ round }) => round)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    const clients = (await pagesOf(path("clients?limit=40", LONG), "clients")).flat();
    expect(clients.map(({ client_id }) => client_id)).toEqual(clientIds);
    const ofOne = (await pagesOf(path("clients/site-042/rounds?limit=400", LONG), "rounds")).flat();
    expect(ofOne).toHaveLength(1_000);
    const timeline = (await api.get(path("timeline?from=801", LONG))).rounds as Json[];
    expect(timeline.map(({ round }) => round)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 801),
    );
    expect(timeline.every(({ statuses }) => statuses === "o".repeat(100))).toBe(true);
    const events = (
      await pagesOf(path("events?limit=1000&type=round_end,training_end", LONG), "events")
    ).flat();
    expect(events).toHaveLength(1_001);
    const positions = events.map(({ position }) => position as number);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it("has every value once over its pages", async () => {
    const pages = await pagesOf(path("metrics?limit=10000&name=train_loss", LONG), "points");
    const keys = pages.flat().map(({ client_id, x }) => `${client_id ?? ""} ${x}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBe(101_000);
  });

  it("comes whole as a file", async () => {
    const response = await fetch(api.url + path("events?format=jsonl", LONG));
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines).toHaveLength(2 + 1_000 * 103 + 1);
    expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ type: "training_end" });
  });
});

it("reads queries as forms write them", async () => {
  // A plus is a space in a query, and part of a name in a path.
  expect(parse("a=b+c")).toEqual({ a: "b c" });
  const { points } = await api.get(path("metrics?client_id=%2B1"));
  expect((points as Json[]).length).toBe(3);
});
