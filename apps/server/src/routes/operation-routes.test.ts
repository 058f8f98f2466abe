import type { AddressInfo } from "node:net";
import { Relay } from "@fedloom/relay";
import fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { afterEach, describe, expect, it } from "vitest";
import { LoopDelay } from "../operation/loop-delay.js";
import { createOperation } from "../operation/operation.js";
import type { OperationParts } from "../operation/operation-parts.js";
import { wellParts } from "../operation/testing-parts.js";
import { addHealthRoutes } from "./health.js";
import { addMetricsRoute } from "./metrics.js";
import { answerProblems } from "./problem.js";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server with these routes alone. */
async function start(more: Partial<OperationParts> = {}, mayRead = true): Promise<string> {
  const [loopDelay, relay, app] = [new LoopDelay(), new Relay(), fastify({ forceCloseConnections: true })];
  closers.push(
    () => loopDelay.close(),
    () => relay.close(),
    () => app.close(),
  );
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  answerProblems(app);
  const operation = createOperation(wellParts(more), loopDelay);
  addMetricsRoute(app, { operation, relay });
  addHealthRoutes(app, { operation, mayRead: () => mayRead });
  app.get("/api/things/:id", { config: { access: "viewer" } }, async () => "thing");
  app.get("/stream", { config: { access: "viewer" } }, async (_request, reply) => {
    reply.type("text/event-stream");
    return "data: 1\n\n";
  });
  app.get("/assets/index-abc.js", async () => "");
  await app.listen({ port: 0, host: "127.0.0.1" });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

async function get(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const away = { ping: () => Promise.reject(Object.assign(new Error("10.0.0.5"), { code: "ECONNREFUSED" })) };

describe("/health", () => {
  it("tells each part's state with its figures", async () => {
    const { status, body } = await get(`${await start()}/health`);
    expect(status).toBe(200);
    expect(body).toEqual({
      status: expect.stringMatching(/^(ok|degraded)$/),
      parts: {
        database: { status: "ok", figures: { latency_ms: expect.any(Number) } },
        relay: { status: "ok", detail: "ws://127.0.0.1:8765" },
        events: { status: "ok", figures: { waiting: 0, spilled: 0, stored: 12, missed: 0 } },
        runs: { status: "ok", figures: { running: 1, queued: 2, waiting: 0 } },
        alerts: { status: "ok", figures: { firing: 1 } },
        system: { status: "ok", figures: { hosts: 1 } },
        disk: expect.objectContaining({
          figures: { free_bytes: expect.any(Number), total_bytes: expect.any(Number) },
        }),
        event_loop: expect.objectContaining({
          figures: { delay_p99_ms: expect.any(Number), delay_max_ms: expect.any(Number) },
        }),
      },
    });
  });

  it.each<[string, Partial<OperationParts>, object]>([
    [
      "the database is away",
      { database: away },
      { database: { status: "down", detail: "nothing listens where it should be" } },
    ],
    [
      "the relay's port is taken",
      { relayPort: () => ({ problem: "port 8765 is taken", isOff: false }) },
      { relay: { status: "degraded", detail: "port 8765 is taken" } },
    ],
    [
      "events are missing",
      { events: () => ({ ...wellParts().events(), numMissed: 3 }) },
      { events: { status: "degraded", detail: "3 events are not in the database" } },
    ],
    [
      "alerts cannot be kept",
      { alerts: () => ({ numFiring: 0, failure: "a webhook does not answer" }) },
      { alerts: { status: "degraded", detail: "a webhook does not answer" } },
    ],
  ])("is degraded, and still 200, when %s", async (_what, parts, expected) => {
    const { status, body } = await get(`${await start(parts)}/health`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "degraded", parts: expected });
  });

  it("takes a relay that is switched off for what was wanted", async () => {
    const url = await start({ relayPort: () => ({ problem: "switched off", isOff: true }) });
    expect((await get(`${url}/health`)).body).toMatchObject({ parts: { relay: { status: "off" } } });
  });

  it("says one word to those who may not read", async () => {
    const { body } = await get(`${await start({ database: away }, false)}/health`);
    expect(body).toEqual({ status: "degraded" });
  });
});

describe("/health/live and /health/ready", () => {
  it("are both well with a database", async () => {
    const url = await start();
    for (const path of ["live", "ready"])
      expect(await get(`${url}/health/${path}`)).toEqual({ status: 200, body: { status: "ok" } });
  });

  it("keep what is alive and not ready apart", async () => {
    const url = await start({ database: away });
    expect((await get(`${url}/health/live`)).status).toBe(200);
    const ready = await get(`${url}/health/ready`);
    expect(ready).toMatchObject({ status: 503, body: { code: "not_ready", status: 503 } });
  });
});

describe("/metrics", () => {
  async function scrape(url: string): Promise<string> {
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    return response.text();
  }

  it("has figures of the process, the server and the relay, each with a type", async () => {
    const text = await scrape(await start());
    for (const name of [
      "process_resident_memory_bytes",
      "nodejs_eventloop_lag_p99_seconds",
      'fedloom_runs{state="queued"}',
      "fedloom_database_up",
      "fedloom_events_stored_total",
      "fedloom_relay_viewers",
    ]) {
      expect(text).toContain(`\n${name} `);
    }
    const lines = text.split("\n").filter((line) => line !== "");
    expect(lines.filter((line) => !/^(# (HELP|TYPE) \w+ .+|\w+(\{[^{}]*\})? \S+)$/.test(line))).toEqual([]);
    const types = lines.filter((line) => line.startsWith("# TYPE"));
    expect(new Set(types).size).toBe(types.length);
  });

  it("counts requests by the route's template, never by what a client wrote", async () => {
    const url = await start();
    for (let index = 0; index < 20; index++) {
      await (await fetch(`${url}/api/things/${index}?x=${index}`)).text();
      await (await fetch(`${url}/nothing/${index}`)).text();
      await (await fetch(`${url}/assets/index-abc.js`)).text();
    }
    await expect
      .poll(() => scrape(url))
      .toContain('fedloom_http_requests_total{method="GET",route="/api/things/:id",status="2xx"} 20');
    const text = await scrape(url);
    expect(text).toContain('{method="GET",route="unmatched",status="4xx"} 20');
    expect(text).toContain('{method="GET",route="files",status="2xx"} 20');
    expect(text).toContain(
      'fedloom_http_request_duration_seconds_bucket{le="+Inf",route="/api/things/:id"} 20',
    );
    expect(text).not.toContain("nothing/");
  });

  it("counts answers that stay open and leaves them out of durations", async () => {
    const url = await start();
    await (await fetch(`${url}/stream`)).text();
    await expect
      .poll(() => scrape(url))
      .toContain('fedloom_http_requests_total{method="GET",route="/stream",status="2xx"} 1');
    expect(await scrape(url)).not.toContain('duration_seconds_count{route="/stream"}');
  });
});
