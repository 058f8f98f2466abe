import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type ClientRequest, get as getPlain, type IncomingMessage } from "node:http";
import { get as getOverTls } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@fedloom/db";
import { createEvent, toWireEvent } from "@fedloom/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestCertificate } from "../../../../packages/relay/src/testing-certificate.js";
import { addToken, startTestServer, type TestServer } from "./testing-access.js";

const RUN_A = "01JD0000000000000000000000";
const RUN_B = "01JD0000000000000000000001";
let folder: string;
let database: Database;
let server: TestServer;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-protect-"));
  database = await openDatabase({ dataDir: join(folder, "postgres") });
  for (const [runId, project] of [
    [RUN_A, "lungs"],
    [RUN_B, "hearts"],
  ] as const) {
    const rest = { config: {}, seed: 1, tags: [], notes: "", totalSteps: 1 };
    await database.runs.create({ runId, project, experimentName: "x", mode: "federated", ...rest });
  }
  const add = async (
    name: string,
    ...about: Parameters<typeof addToken> extends [unknown, ...infer Rest] ? Rest : []
  ) => {
    const { token, tokenId } = await addToken(database, ...about);
    tokens[name] = token;
    return tokenId;
  };
  for (const role of ["viewer", "publisher", "client", "admin"] as const) await add(role, role);
  await add("viewer of A", "viewer", { runId: RUN_A });
  await add("admin of A", "admin", { runId: RUN_A });
  await add("publisher of A", "publisher", { runId: RUN_A });
  await add("viewer of lungs", "viewer", { project: "lungs" });
  await add("expired", "admin", { expiresAt: "2020-01-01T00:00:00.000Z" });
  await database.tokens.revoke(await add("revoked", "admin"));
  tokens.unknown = `fedloom_${"A".repeat(43)}`;
  server = await startTestServer(database);
  tokens["run's own"] = server.access.tokenForRun(RUN_A);
}, 60_000);

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

function roundStart(runId: string) {
  return toWireEvent(
    createEvent("round_start", { runId, round: 1, totalRounds: 2, participatingClients: 1 }),
  );
}

describe("roles and routes", () => {
  const ROUTES = [
    "GET /open",
    "GET /read",
    "GET /list",
    `GET /api/runs/${RUN_A}`,
    `GET /api/runs/${RUN_B}`,
    `POST /api/runs/${RUN_A}/stop`,
    `POST /api/runs/${RUN_B}/stop`,
    "POST /write",
    "GET /api/tokens",
  ];

  it.each([
    ["nobody", "200 401 401 401 401 401 401 401 401"],
    ["unknown", "200 401 401 401 401 401 401 401 401"],
    ["expired", "200 401 401 401 401 401 401 401 401"],
    ["revoked", "200 401 401 401 401 401 401 401 401"],
    ["viewer", "200 200 200 200 200 403 403 403 403"],
    ["publisher", "200 403 403 403 403 403 403 403 403"],
    ["client", "200 403 403 403 403 403 403 403 403"],
    ["run's own", "200 403 403 403 403 403 403 403 403"],
    ["viewer of A", "200 403 200 200 403 403 403 403 403"],
    ["admin of A", "200 403 200 200 403 200 403 403 403"],
    ["viewer of lungs", "200 403 200 200 403 403 403 403 403"],
    ["admin", "200 200 200 200 200 200 200 200 200"],
  ])("%s", async (who, expected) => {
    const found: number[] = [];
    for (const route of ROUTES) {
      const [method = "", path = ""] = route.split(" ");
      const headers = { "x-forwarded-for": `192.0.2.${who.length}` };
      found.push((await server.get(path, tokens[who], { method, headers })).status);
    }
    expect(found.join(" ")).toBe(expected);
  });

  it("answer lists of what a token is for", async () => {
    expect(await (await server.get("/list", tokens["viewer of A"])).json()).toEqual({ run_id: RUN_A });
    expect(await (await server.get("/list", tokens["viewer of lungs"])).json()).toEqual({ project: "lungs" });
    expect(await (await server.get("/open", tokens.viewer)).json()).toEqual({ role: "viewer" });
    expect(await (await server.get("/open", tokens.expired)).json()).toEqual({ role: null });
  });

  it("are added only when they say who may use them", async () => {
    const adding = startTestServer(database, {
      addRoutes: (app) => app.get("/forgotten", { schema: {} }, async () => ({})),
    });
    await expect(adding).rejects.toThrow(
      "GET /forgotten: expected config.access (public, viewer or admin), received nothing",
    );
  });

  it("ask for no token where none is required, and then let everybody do everything", async () => {
    await using open = await startTestServer(database, { required: false });
    expect((await open.get("/read")).status).toBe(200);
    expect((await open.get("/write", undefined, { method: "POST" })).status).toBe(200);
    expect(await (await open.get("/open")).json()).toEqual({ role: "admin" });
    const { messages } = await open.connect("/ws/relay");
    await vi.waitFor(() => expect(messages[0]?.data).not.toHaveProperty("authenticate"));
  });
});

describe("a refusal", () => {
  it("says how to be let in, as a problem document", async () => {
    const response = await server.get("/read");
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="fedloom"');
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ status: 401, code: "unauthenticated" });
    const invalid = await server.get("/read", tokens.expired);
    expect(invalid.headers.get("www-authenticate")).toBe('Bearer realm="fedloom", error="invalid_token"');
    expect(await (await server.get("/write", tokens.viewer, { method: "POST" })).json()).toMatchObject({
      status: 403,
      code: "forbidden",
      detail: "a viewer token may not do this; expected an admin's",
    });
  });

  it("meets tokens in addresses, cookies and other schemes", async () => {
    for (const [path, headers] of [
      [`/read?token=${tokens.admin}&access_token=${tokens.admin}`, {}],
      ["/read", { cookie: `token=${tokens.admin}` }],
      ["/read", { authorization: `Basic ${tokens.admin}` }],
      ["/read", { authorization: `Bearer ${tokens.admin} x` }],
      ["/read", { "sec-websocket-protocol": `fedloom.token.${tokens.admin}` }],
    ] as const) {
      expect((await server.get(path, undefined, { headers })).status).toBe(401);
    }
  });

  it("keeps tokens out of logs and answers", async () => {
    const shown = [tokens.unknown, tokens.admin, tokens["run's own"]].map(String);
    for (const secret of shown) {
      for (const path of ["/read", "/fail", `/nothing/${RUN_A}`, `/api/runs/${RUN_B}`]) {
        const text = await (
          await server.get(path, secret, { headers: { "x-forwarded-for": "192.0.2.99" } })
        ).text();
        expect(text).not.toContain(secret);
      }
    }
    expect(server.log.length).toBeGreaterThan(0);
    for (const secret of shown) expect(server.log.join("")).not.toContain(secret);
  });

  it("comes for a while after many wrong tokens, but not to those that were right", async () => {
    const headers = { "x-forwarded-for": "198.51.100.7" };
    expect((await server.get("/read", tokens.viewer, { headers })).status).toBe(200);
    const statuses = [];
    for (let i = 0; i < 32; i++) statuses.push((await server.get("/read", `wrong-${i}`, { headers })).status);
    expect(statuses).toEqual([...Array(30).fill(401), 429, 429]);
    const refused = await server.get("/read", "wrong", { headers });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ status: 429, code: "too_many_requests" });
    expect((await server.get("/read", tokens.viewer, { headers })).status).toBe(200);
    expect((await server.get("/read", tokens.viewer)).status).toBe(200);
  });

  it("is not given for what only the database's absence hides", async () => {
    await using away = await startTestServer(database, {
      tokens: {
        findByHash: () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNREFUSED" })),
        listValid: () => Promise.reject(new Error("no")),
      },
    });
    const response = await away.get("/read", tokens.viewer);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    const { closed } = await away.connect("/ws/relay", tokens.viewer);
    expect(await closed).toBe(1011);
  });
});

describe("a revoked token", () => {
  it("cuts sockets and answers that go on, and nothing of others", async () => {
    const { token, tokenId } = await addToken(database, "viewer");
    const mine = await server.connect("/ws/relay", token);
    const alerts = await server.connect("/api/ws/ws/alerts", token);
    const others = await server.connect("/ws/relay", tokens.viewer);
    const stream = await server.get("/stream", token);
    const reader = stream.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 1\n\n");
    // By another process, such as the command line.
    await database.tokens.revoke(tokenId);
    expect([await mine.closed, await alerts.closed]).toEqual([1008, 1008]);
    await expect(reader?.read()).rejects.toThrow();
    expect((await server.get("/read", token)).status).toBe(401);
    expect(others.socket.readyState).toBe(others.socket.OPEN);
  });

  it("cuts at once when it is revoked here, after the answer", async () => {
    const { token, tokenId } = await addToken(database, "admin");
    await using calm = await startTestServer(database, { sweepMs: 3_600_000 });
    const { closed } = await calm.connect("/ws/relay", token);
    expect((await calm.get(`/api/tokens/${tokenId}`, token, { method: "DELETE" })).status).toBe(204);
    expect(await closed).toBe(1008);
    expect((await calm.get("/read", token)).status).toBe(401);
  });

  it("cuts when it is over", async () => {
    const expiresAt = new Date(Date.now() + 400).toISOString();
    const { token } = await addToken(database, "viewer", { expiresAt });
    const { closed } = await server.connect("/ws/relay", token);
    expect(await closed).toBe(1008);
    expect((await server.get("/read", token)).status).toBe(401);
  });
});

describe("tokens by HTTP", () => {
  const json = { "content-type": "application/json" };
  const make = (body: object) =>
    server.get("/api/tokens", tokens.admin, { method: "POST", headers: json, body: JSON.stringify(body) });

  it("are made, shown once, listed without what lets in, and revoked", async () => {
    const made = await make({ role: "viewer", run_id: RUN_A, label: "ward 3" });
    expect(made.status).toBe(201);
    const { token, token_id } = (await made.json()) as { token: string; token_id: string };
    expect((await server.get(`/api/runs/${RUN_A}`, token)).status).toBe(200);
    const list = await (await server.get("/api/tokens?limit=1", tokens.admin)).json();
    expect(list).toMatchObject({ tokens: [{ token_id, role: "viewer", run_id: RUN_A, label: "ward 3" }] });
    expect(JSON.stringify(list)).not.toContain(token);
    expect(JSON.stringify(list)).not.toMatch(/[0-9a-f]{64}/);
    expect((await server.get(`/api/tokens/${token_id}`, tokens.admin, { method: "DELETE" })).status).toBe(
      204,
    );
    await vi.waitFor(async () => expect((await server.get(`/api/runs/${RUN_A}`, token)).status).toBe(401));
    const again = await server.get("/api/tokens/0123456789ab", tokens.admin, { method: "DELETE" });
    expect(await again.json()).toMatchObject({ status: 404, code: "token_not_found" });
  });

  it.each([
    [{}, 400, "role"],
    [{ role: "root" }, 400, "role"],
    [{ role: "viewer", run_id: "x" }, 400, "run_id"],
    [{ role: "viewer", run_id: "01JD0000000000000000000009" }, 404, "run_id"],
    [{ role: "viewer", run_id: RUN_A, project: "lungs" }, 400, "project"],
    [{ role: "viewer", expires_at: "2020-01-01T00:00:00Z" }, 400, "expires_at"],
    [{ role: "viewer", expires_at: "tomorrow" }, 400, "expires_at"],
    [{ role: "viewer", label: "a\u0000b" }, 400, "label"],
    [{ role: "viewer", hash: "0".repeat(64) }, 400, "hash"],
  ])("refuse %j", async (body, status, field) => {
    const response = await make(body);
    expect([response.status, ((await response.json()) as { field: string }).field]).toEqual([status, field]);
  });
});

describe("pages of elsewhere", () => {
  /** With a Host of one's own, which fetch does not send. */
  async function statusOf(headers: Record<string, string>, at = server): Promise<number> {
    const request: ClientRequest = getPlain(`${at.url}/open`, { headers });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  }
  const FORGED = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { host: "evil.example" },
    { host: "127.0.0.1.evil.example" },
    { host: "evil.example:8001", origin: "http://evil.example:8001" },
  ];

  it("reach nothing, neither by request nor by socket", async () => {
    for (const headers of FORGED) {
      expect(await statusOf(headers)).toBe(403);
      for (const path of ["/ws/relay", "/ws/training-progress", "/api/ws/ws", "/api/ws/ws/alerts"]) {
        await expect(server.connect(path, tokens.admin, { headers })).rejects.toThrow("403");
      }
    }
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ origin: server.url })).toBe(200);
    const preflight = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const asked = await server.get("/read", undefined, { method: "OPTIONS", headers: preflight });
    expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  });

  it("may use a server that allows their origin, with a token in a header", async () => {
    const origin = "https://fl.example.org";
    await using open = await startTestServer(database, {
      allowedOrigins: [origin],
      allowedHosts: ["fl.example.org"],
    });
    const preflight = await open.get("/write", undefined, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
    const read = await open.get("/read", tokens.viewer, { headers: { origin } });
    expect([read.status, read.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
    const refused = await open.get("/read", undefined, { headers: { origin } });
    // So that the page can tell why.
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, origin]);
    expect(await statusOf({ host: "fl.example.org" }, open)).toBe(200);
    expect(await statusOf({ origin: "https://evil.example" }, open)).toBe(403);
  });
});

describe("headers", () => {
  it("keep scripts, frames and caches out", async () => {
    for (const path of ["/open", "/read", "/nothing"]) {
      const { headers } = await server.get(path, tokens.viewer);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain(`connect-src 'self' ws://${new URL(server.url).host}`);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("permissions-policy")).toContain("camera=()");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("strict-transport-security")).toBeNull();
    }
    expect((await server.get("/read", tokens.viewer)).headers.get("cache-control")).toBe("no-store");
  });

  it("hold browsers to TLS where it is spoken, by this server or the proxy before it", async () => {
    const forwarded = await server.get("/open", undefined, { headers: { "x-forwarded-proto": "https" } });
    expect(forwarded.headers.get("strict-transport-security")).toBe("max-age=31536000");
    const tls = createTestCertificate();
    await using secure = await startTestServer(database, { tls });
    const [response] = (await once(getOverTls(`${secure.url}/open`, { ca: tls.cert }), "response")) as [
      IncomingMessage,
    ];
    response.resume();
    expect(response.headers["strict-transport-security"]).toBe("max-age=31536000");
    const viewer = await secure.connect("/ws/relay", tokens.viewer, { ca: tls.cert });
    await vi.waitFor(() => expect(viewer.messages[0]?.type).toBe("welcome"));
    secure.relay.publish(roundStart(RUN_A));
    await vi.waitFor(() => expect(viewer.messages.at(-1)?.type).toBe("round_start"));
  });
});

describe("many requests", () => {
  it("from one address are refused after a while, and nobody else's", async () => {
    await using busy = await startTestServer(database, { maxRequestsPerMinute: 5 });
    const from = (address: string) =>
      busy.get("/open", undefined, { headers: { "x-forwarded-for": address } });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await from("192.0.2.1")).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = await from("192.0.2.1");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: "too_many_requests" });
    expect((await from("192.0.2.2")).status).toBe(200);
    await using alone = await startTestServer(database, { required: false, maxRequestsPerMinute: 1 });
    for (let i = 0; i < 3; i++) expect((await alone.get("/open")).status).toBe(200);
  });
});

describe("sockets", () => {
  it.each([
    ["/ws/relay", "viewer", undefined],
    ["/ws/relay", "publisher", undefined],
    ["/ws/relay", "run's own", undefined],
    ["/ws/training-progress", "viewer", undefined],
    ["/api/ws/ws", "viewer", undefined],
    ["/api/ws/ws", "viewer of A", 1008],
    ["/api/ws/ws", "publisher", 1008],
    ["/api/ws/ws", "client", 1008],
    ["/api/ws/ws/alerts", "viewer of A", undefined],
    ["/api/ws/ws/alerts", "publisher", 1008],
    ["/api/ws/ws/alerts", "viewer of lungs", 1008],
    [`/api/ws/ws/alerts?run_id=${RUN_A}`, "viewer of lungs", undefined],
    [`/api/ws/ws/alerts?run_id=${RUN_B}`, "viewer of lungs", 1008],
    [`/api/ws/ws/alerts?run_id=${RUN_B}`, "viewer of A", 1008],
    ["/ws/relay", "revoked", 1008],
    ["/api/ws/ws", "expired", 1008],
  ])("%s for %s", async (path, who, code) => {
    const headers = { "x-forwarded-for": "192.0.2.77" };
    const { socket, closed } = await server.connect(path, tokens[who], { headers });
    if (code !== undefined) return expect(await closed).toBe(code);
    socket.ping();
    await once(socket, "pong");
    expect(socket.readyState).toBe(socket.OPEN);
  });

  it("let a run's own process publish its run, and nothing else", async () => {
    const publisher = await server.connect("/ws/relay", tokens["run's own"]);
    const viewer = await server.connect("/ws/relay", tokens.viewer);
    await vi.waitFor(() => expect(viewer.messages[0]?.type).toBe("welcome"));
    publisher.socket.send(JSON.stringify(roundStart(RUN_A)));
    await vi.waitFor(() => expect(viewer.messages.at(-1)?.data.run_id).toBe(RUN_A));
    publisher.socket.send(JSON.stringify(roundStart(RUN_B)));
    expect(await publisher.closed).toBe(1008);
  });

  it("look at no token in an address, and refuse filters that mean nothing", async () => {
    const { messages } = await server.connect(`/ws/relay?token=${tokens.admin}`);
    await vi.waitFor(() => expect(messages[0]?.data.authenticate).toBe(true));
    for (const query of ["severity=loud", "run_id=x", `run_id=${RUN_A}&run_id=${RUN_B}`, "host=***"]) {
      await expect(server.connect(`/api/ws/ws/alerts?${query}`, tokens.viewer)).rejects.toThrow("400");
    }
    await expect(server.connect("/ws/other", tokens.admin)).rejects.toThrow("404");
    await expect(server.connect("/constructor", tokens.admin)).rejects.toThrow("404");
  });
});
