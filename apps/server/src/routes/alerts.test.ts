import type { Database } from "@fedloom/db";
import { alertRuleKinds, fromWireEvent } from "@fedloom/protocol";
import { Relay } from "@fedloom/relay";
import type { FastifyInstance, InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AlertEngine } from "../alerts/alert-engine.js";
import { startAlertEngine } from "../alerts/start-alert-engine.js";
import { openTestDatabase } from "../alerts/testing-alerts.js";
import { startReceiver } from "../alerts/webhooks/testing-receiver.js";
import { addAlertRoutes } from "./alerts.js";
import { createApp } from "./create-app.js";

let database: Database;
let engine: AlertEngine;
let app: FastifyInstance;
const relay = new Relay();
const logged: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  engine = await startAlertEngine({ relay, database, log: (line) => logged.push(line) });
  app = await createApp();
  addAlertRoutes(app, { database, alerts: engine });
  await app.ready();
}, 60_000);

afterAll(async () => {
  await app?.close();
  await engine?.close();
  await relay.close();
  await database?.close();
});

/** Asks, and answers status and body. */
async function ask(method: InjectOptions["method"], url: string, payload?: object) {
  const reply = await app.inject({ method, url, ...(payload && { payload }) } as InjectOptions);
  return { status: reply.statusCode, body: reply.body === "" ? undefined : reply.json() };
}

const cpu = { kind: "threshold", name: "CPU", of: "host", metric: "cpu_percent", op: ">", value: 90 };

describe("/api/alerts/rules", () => {
  it("lists those to begin with, each of which can be tested", async () => {
    const { body } = await ask("GET", "/api/alerts/rules");
    expect(body.rules).toHaveLength(7);
    const disk = body.rules.find(({ rule_id: id }: { rule_id: string }) => id === "disk-nearly-full");
    expect(disk).toMatchObject({
      kind: "threshold",
      clear_margin: 2,
      is_enabled: true,
      cooldown_seconds: 300,
    });
    const told: unknown[] = [];
    const stop = relay.onEvent((_, entry) => told.push(fromWireEvent(entry.event).data));
    const test = await ask("POST", "/api/alerts/rules/disk-nearly-full/test");
    stop();
    expect(test.status).toBe(201);
    expect(told).toMatchObject([{ state: "firing", severity: "critical" }, { state: "resolved" }]);
    const { alerts } = (await ask("GET", "/api/alerts")).body;
    expect(alerts).toMatchObject([
      {
        alert_id: test.body.alert_id,
        title: "Test of Disk nearly full",
        state: "resolved",
        labels: { test: "true" },
      },
    ]);
  });

  it("adds, changes and deletes one", async () => {
    const added = await ask("POST", "/api/alerts/rules", cpu);
    expect(added).toMatchObject({ status: 201, body: { ...cpu, for_seconds: 0 } });
    const url = `/api/alerts/rules/${added.body.rule_id}`;
    expect(await ask("GET", url)).toEqual({ status: 200, body: added.body });
    const changed = await ask("PUT", url, { ...cpu, name: "Changed", is_enabled: false });
    expect(changed).toMatchObject({ status: 200, body: { name: "Changed", is_enabled: false } });
    expect(await ask("DELETE", url)).toEqual({ status: 204, body: undefined });
    for (const [method, path] of [
      ["GET", url],
      ["DELETE", url],
      ["POST", `${url}/test`],
    ] as const) {
      expect(await ask(method, path)).toMatchObject({ status: 404, body: { code: "alert_rule_not_found" } });
    }
    expect((await ask("PUT", url, cpu)).status).toBe(404);
  });

  it("refuses what cannot work, in one sentence", async () => {
    const refused = await ask("POST", "/api/alerts/rules", { ...cpu, clear_value: 95 });
    expect(refused).toMatchObject({
      status: 400,
      body: { field: "clear_value", detail: "clear_value: expected at most the value 90, received 95" },
    });
    expect(await ask("POST", "/api/alerts/rules")).toMatchObject({ status: 400, body: { field: "kind" } });
  });
});

describe("/api/alerts/silences", () => {
  it("adds, changes and ends one", async () => {
    const input = { matcher: { rule_ids: ["cpu"], labels: { on_call: "*" } }, seconds: 60, comment: "noon" };
    const added = await ask("POST", "/api/alerts/silences", input);
    expect(added).toMatchObject({ status: 201, body: { matcher: input.matcher, comment: "noon" } });
    const { starts_at: startsAt, ends_at: endsAt } = added.body;
    expect(Date.parse(endsAt) - Date.parse(startsAt)).toBe(60_000);
    const url = `/api/alerts/silences/${added.body.silence_id}`;
    expect(await ask("GET", url)).toEqual({ status: 200, body: added.body });
    expect((await ask("GET", "/api/alerts/silences")).body).toEqual({ silences: [added.body] });
    const times = { starts_at: "2099-01-01T00:00:00Z", ends_at: "2099-01-02T00:00:00Z" };
    expect(await ask("PUT", url, { matcher: {}, ...times })).toMatchObject({
      status: 200,
      body: { matcher: {} },
    });
    expect((await ask("DELETE", url)).status).toBe(204);
    expect(await ask("DELETE", url)).toMatchObject({
      status: 404,
      body: { code: "alert_silence_not_found" },
    });
  });

  it.each([
    [{ matcher: {} }, "ends_at: expected exactly one of ends_at and seconds"],
    [{ matcher: {}, seconds: 60, ends_at: "2099-01-01T00:00:00Z" }, "ends_at: expected exactly one of"],
    [{ matcher: {}, ends_at: "2000-01-01T00:00:00Z" }, "ends_at: expected a time after"],
    [{ matcher: { host: ["a"] }, seconds: 60 }, "matcher.host: expected only known fields"],
  ])("refuses %j", async (input, sentence) => {
    const { status, body } = await ask("POST", "/api/alerts/silences", input);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(sentence)]);
  });
});

describe("/api/alerts/routes", () => {
  it("makes a secret, tells it once, and tests where the route leads", async () => {
    await using receiver = await startReceiver();
    const webhook = { kind: "webhook", url: receiver.url };
    const added = await ask("POST", "/api/alerts/routes", { name: "Pager", receiver: webhook });
    expect(added).toMatchObject({ status: 201, body: { name: "Pager", matcher: {}, receiver: webhook } });
    expect(added.body.secret).toMatch(/^[\w-]{43}$/);
    const url = `/api/alerts/routes/${added.body.route_id}`;
    const { secret, ...shown } = added.body;
    expect(await ask("GET", url)).toEqual({ status: 200, body: shown });
    expect((await ask("GET", "/api/alerts/routes")).body).toEqual({ routes: [shown] });
    // A change without a secret keeps it.
    expect((await ask("PUT", url, { name: "Changed", receiver: webhook })).body.secret).toBeUndefined();
    const [row] = await database.alerts.listRoutes();
    expect(row?.receiver.secret).toBe(secret);
    expect(await ask("POST", `${url}/test`)).toMatchObject({
      status: 200,
      body: { is_delivered: true, status: 204 },
    });
    expect(receiver.received).toMatchObject([{ body: { alert: { title: "Test of Changed" } } }]);
    receiver.answer((response) => response.writeHead(503).end());
    expect((await ask("POST", `${url}/test`)).body).toMatchObject({
      is_delivered: false,
      status: 503,
      error: "the receiver answered 503",
    });
    expect((await ask("DELETE", url)).status).toBe(204);
    expect(await ask("POST", `${url}/test`)).toMatchObject({
      status: 404,
      body: { code: "alert_route_not_found" },
    });
  });

  it("refuses addresses that nothing is sent to", async () => {
    for (const url of ["http://169.254.169.254/", "http://[fe80::1]/", "ftp://example.org"]) {
      const refused = await ask("POST", "/api/alerts/routes", {
        name: "Bad",
        receiver: { kind: "webhook", url },
      });
      expect(refused).toMatchObject({ status: 400, body: { field: "receiver.url" } });
    }
  });
});

describe("POST /api/ws/broadcast/alert", () => {
  it("tells everybody, and lasts until it is resolved", async () => {
    await ask("POST", "/api/alerts/routes", {
      name: "Log",
      matcher: { sources: ["me"] },
      receiver: { kind: "log" },
    });
    const input = { severity: "critical", title: "Fire", message: "on\nfloor 2", source: "me", host: "lab" };
    const sent = await ask("POST", "/api/ws/broadcast/alert", input);
    expect(sent.status).toBe(201);
    const [alert] = (await ask("GET", "/api/alerts?host=lab")).body.alerts;
    expect(alert).toMatchObject({
      ...input,
      alert_id: sent.body.alert_id,
      state: "firing",
      is_silenced: false,
    });
    expect(logged.at(-1)).toContain("alert firing critical: Fire: on floor 2 (");
    const resolved = await ask("POST", `/api/alerts/${sent.body.alert_id}/resolve`);
    expect(resolved).toMatchObject({ status: 200, body: { state: "resolved", title: "Fire" } });
    // Whoever asks again gets the same answer.
    expect(await ask("POST", `/api/alerts/${sent.body.alert_id}/resolve`)).toEqual(resolved);
    expect(await ask("POST", "/api/alerts/nothing/resolve")).toMatchObject({
      status: 404,
      body: { code: "alert_not_found" },
    });
  });

  it("refuses a run that is not there, and unknown fields", async () => {
    const unknown = await ask("POST", "/api/ws/broadcast/alert", {
      title: "A",
      run_id: "01JD0000000000000000000009",
    });
    expect(unknown).toMatchObject({ status: 404, body: { code: "run_not_found" } });
    const field = await ask("POST", "/api/ws/broadcast/alert", { title: "A", state: "resolved" });
    expect(field).toMatchObject({ status: 400, body: { field: "state" } });
  });
});

describe("GET /api/alerts", () => {
  it("pages through those that fit", async () => {
    for (const title of ["1", "2", "3"])
      await ask("POST", "/api/ws/broadcast/alert", { title, host: "pages" });
    const first = (await ask("GET", "/api/alerts?host=pages&limit=2")).body;
    expect(first.alerts.map(({ title }: { title: string }) => title)).toEqual(["3", "2"]);
    const second = (await ask("GET", `/api/alerts?host=pages&limit=2&after=${first.next}`)).body;
    expect(second.alerts.map(({ title }: { title: string }) => title)).toEqual(["1"]);
    expect(second.next).toBeNull();
    expect(
      (await ask("GET", "/api/alerts?host=pages&since=2099-01-01T00:00:00%2B01:00")).body.alerts,
    ).toEqual([]);
    expect((await ask("GET", "/api/alerts?host=pages&severity=info&state=firing")).body.alerts).toHaveLength(
      3,
    );
  });

  it.each(["limit=0", "limit=x", "state=on", "since=today", "run_id=1", "hosts=a", "after="])(
    "refuses %s",
    async (query) => {
      const { status, body } = await ask("GET", `/api/alerts?${query}`);
      expect([status, body.code]).toEqual([400, "request_invalid"]);
    },
  );
});

describe("the OpenAPI document", () => {
  it("has every route of alerts, and tells each kind of rule", () => {
    const document = app.swagger() as { paths: Record<string, Record<string, unknown>> };
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes.filter((route) => route.includes("alert"))).toHaveLength(20);
    const body = JSON.stringify(document.paths["/api/alerts/rules"]?.post);
    for (const kind of alertRuleKinds) expect(body).toContain(`"kind":{"type":"string","enum":["${kind}"]`);
  });
});
