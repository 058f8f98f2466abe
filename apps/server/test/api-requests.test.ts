import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, type TestApi } from "./open-test-api.js";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

/** Sends bytes as they are, and reads until the server hangs up. */
function sendRaw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

const json = (body: string) => ({ method: "POST", body, headers: { "content-type": "application/json" } });

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ type: "about:blank", status: response.status });
  expect(problem.title).not.toBe("Error");
  expect(JSON.stringify(problem)).not.toMatch(/node_modules|at .*\.js|\/src\//);
  return problem;
}

describe("a request", () => {
  it.each([
    ["broken JSON", json("{bad"), 400, "bad_request"],
    ["half a text", json('"\\ud800'), 400, "bad_request"],
    ["no object", json("[]"), 400, "request_invalid"],
    ["null", json("null"), 400, "request_invalid"],
    ["a number", json("1e400"), 400, "request_invalid"],
    ["a key that changes prototypes", json('{"__proto__": {"admin": true}}'), 400, "bad_request"],
    [
      "such a key further in",
      json('{"strategy_options": {"constructor": {"prototype": {}}}}'),
      400,
      "bad_request",
    ],
    ["100,000 arrays in each other", json("[".repeat(100_000) + "]".repeat(100_000)), 400, "bad_request"],
    ["deep objects", json(`${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`), 400, "bad_request"],
    ["300,000 entries", json(`[${"1,".repeat(300_000)}1]`), 400, "bad_request"],
    ["too much", json(JSON.stringify({ notes: "x".repeat(2 ** 20) })), 413, "too_large"],
    [
      "XML",
      { method: "POST", body: "<run/>", headers: { "content-type": "application/xml" } },
      415,
      "unsupported_media_type",
    ],
    ["a form", { method: "POST", body: new URLSearchParams({ a: "b" }) }, 415, "unsupported_media_type"],
    [
      "no known type",
      { method: "POST", body: "{}", headers: { "content-type": "" } },
      415,
      "unsupported_media_type",
    ],
  ])("with %s gets a problem", async (_name, init, status, code) => {
    const response = await fetch(`${api.url}/api/runs`, init);
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ code });
  });

  it.each([
    ["PUT", "/api/runs", "GET, HEAD, POST"],
    ["DELETE", "/api/catalog", "GET, HEAD"],
    ["POST", "/api/runs/01JD0000000000000000000000", "DELETE, GET, HEAD, PATCH"],
    ["GET", "/train", "POST"],
    ["OPTIONS", "/api/runs", "GET, HEAD, POST"],
  ])("%s %s is told which methods there are", async (method, path, allow) => {
    const response = await fetch(api.url + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    expect(await problemOf(response)).toMatchObject({ code: "method_not_allowed" });
  });

  it.each(["/api/nothing", "/nowhere", "/api/runs/a/b/c/d", "//api//runs"])(
    "for %s finds nothing",
    async (path) => {
      const response = await fetch(api.url + path);
      expect(response.status).toBe(404);
      expect(await problemOf(response)).toMatchObject({ code: "not_found" });
    },
  );

  it("with an address that cannot be decoded gets a problem", async () => {
    const answer = await sendRaw("GET /api/runs/%E0%A4%A HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('"code":"bad_request"');
  });

  it.each([
    ["what is no HTTP", "nonsense\r\n\r\n", 400],
    ["too many headers", `GET / HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, 431],
    [
      "two lengths",
      "POST /api/runs HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
      400,
    ],
  ])("that is %s gets a problem and no more", async (_name, bytes, status) => {
    const answer = await sendRaw(bytes);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain("application/problem+json");
  });

  it("by HEAD is answered as GET, without a body", async () => {
    for (const path of ["/api/runs", "/api/catalog", "/openapi.json"]) {
      const response = await fetch(api.url + path, { method: "HEAD" });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("");
    }
    expect((await fetch(`${api.url}/api/runs/nonsense`, { method: "HEAD" })).status).toBe(400);
  });

  it("while the database is away is asked to come back", async () => {
    const other = await openTestApi();
    await other.database.close();
    const response = await fetch(`${other.url}/api/runs`);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2");
    expect(await problemOf(response)).toMatchObject({ code: "database_unavailable" });
    await other[Symbol.asyncDispose]();
  });
});

describe("the page of the API", () => {
  it("needs nothing from elsewhere, and no scripts in the page", async () => {
    const page = await (await fetch(`${api.url}/docs`)).text();
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page).not.toMatch(/<script[^>]*>[^<\s]/);
    const scripts = [...page.matchAll(/src="([^"]+)"/g)].map(([, url]) => url);
    expect(scripts.length).toBeGreaterThan(1);
    for (const url of scripts) expect((await fetch(new URL(String(url), api.url))).status).toBe(200);
  });
});
