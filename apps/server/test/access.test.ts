import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { get, request } from "node:https";
import { join } from "node:path";
import { openDatabase } from "@fedloom/db";
import { createToken, createTokenId } from "@fedloom/relay";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { createTestCertificate } from "../../../packages/relay/src/testing-certificate.js";
import { type BuiltServer, spawnServer, startBuiltServer } from "./start-built-server.js";
import { createTemporaryFolder } from "./temporary-folder.js";

const closers: (() => unknown)[] = [];
const CONFIG = {
  experiment_name: "private",
  data: "two-spirals",
  num_rounds: 2,
  num_clients: 2,
  engine: "cpu",
};

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function createFolder(): Promise<string> {
  const folder = await createTemporaryFolder();
  closers.push(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

/** A token in the database of a server that runs, as `fedloom token` makes it. */
async function addToken(
  folder: string,
  role: "admin" | "viewer",
): Promise<{ token: string; tokenId: string }> {
  await using database = await openDatabase({ dataDir: join(folder, "postgres") });
  const { token, record } = createToken({ role });
  const tokenId = createTokenId();
  await database.tokens.create({ tokenId, role, hash: record.hash });
  return { token, tokenId };
}

function startRun(server: BuiltServer, token: string): Promise<Response> {
  return fetch(`${server.url}/api/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(CONFIG),
  });
}

async function untilOver(server: BuiltServer, runId: string, token: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const headers = { authorization: `Bearer ${token}` };
      const run = await (await fetch(`${server.url}/api/runs/${runId}`, { headers })).json();
      expect(run).toMatchObject({ state: "completed" });
    },
    { timeout: 60_000, interval: 200 },
  );
}

/** Every file below a folder, the database's own left out. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "postgres" ? [] : filesOf(path);
    return entry.isFile() ? [path] : [];
  });
}

describe("a server that asks for tokens", () => {
  it("trains, tells nobody without one, and leaves none lying about", async () => {
    const folder = await createFolder();
    const server = await startBuiltServer(folder, ["--no-run", "--require-tokens"]);
    closers.push(() => server.stop());
    const admin = await addToken(folder, "admin");
    const viewer = await addToken(folder, "viewer");
    expect((await startRun(server, viewer.token)).status).toBe(403);
    const { run_id: runId } = (await (await startRun(server, admin.token)).json()) as { run_id: string };
    const socket = new WebSocket(`${server.relayUrl}`, {
      headers: { authorization: `Bearer ${viewer.token}` },
    });
    closers.push(() => socket.terminate());
    const cut = new Promise((resolve) => socket.once("close", resolve));
    await untilOver(server, runId, viewer.token);
    const headers = { authorization: `Bearer ${viewer.token}` };
    const events = await (await fetch(`${server.url}/api/runs/${runId}/events`, { headers })).text();
    expect(events).toContain("training_end");
    const csv = await (await fetch(`${server.url}/api/runs/${runId}/metrics?format=csv`, { headers })).text();
    await fetch(`${server.url}/api/tokens/${viewer.tokenId}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${admin.token}` },
    });
    expect(await cut).toBe(1008);
    expect((await fetch(`${server.url}/api/runs`, { headers })).status).toBe(401);
    const written = [
      events,
      csv,
      server.output(),
      ...filesOf(folder).map((path) => readFileSync(path, "latin1")),
    ];
    expect(written.length).toBeGreaterThan(4);
    for (const text of written) expect(text).not.toMatch(/fedloom_(run_)?[A-Za-z0-9_-]{43}/);
    expect(statSync(join(folder, "secret")).mode & 0o777).toBe(0o600);
  }, 120_000);

  it("is what every server that others reach is", async () => {
    const folder = await createFolder();
    const args = [
      "--no-run",
      "--no-relay",
      "--port",
      "0",
      "--host",
      "0.0.0.0",
      "--allowed-host",
      "fl.example.org",
    ];
    const spawned = spawnServer(folder, args);
    closers.push(() => spawned.stop());
    const [, port = ""] = await spawned.until(/dashboard +http:\/\/\S+:(\d+)/);
    const server = { ...spawned, url: `http://127.0.0.1:${port}`, relayUrl: "" };
    expect((await fetch(`${server.url}/api/runs`)).status).toBe(401);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const { token } = await addToken(folder, "admin");
    const { run_id: runId } = (await (await startRun(server, token)).json()) as { run_id: string };
    await untilOver(server, runId, token);
  }, 120_000);

  it("speaks TLS on both ports, and its runs still reach it", async () => {
    const folder = await createFolder();
    const tls = createTestCertificate();
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    writeFileSync(cert, tls.cert);
    writeFileSync(key, tls.key, { mode: 0o600 });
    const files = ["--tls-cert", cert, "--tls-key", key];
    const server = spawnServer(folder, ["--no-run", "--port", "0", "--relay-port", "0", ...files]);
    closers.push(() => server.stop());
    const [, url = ""] = await server.until(/dashboard +(https:\S+)/);
    const [, relayUrl = ""] = await server.until(/relay +(wss:\S+)\n/);
    const json = { "content-type": "application/json" };
    const asked = request(`${url}/api/runs`, { method: "POST", ca: tls.cert, headers: json });
    asked.end(JSON.stringify(CONFIG));
    const [response] = await once(asked, "response");
    expect(response.statusCode).toBe(201);
    expect(response.headers["strict-transport-security"]).toBeDefined();
    const runId = String(response.headers.location).split("/").at(-1);
    response.resume();
    const seen = new Promise<string>((resolve) => {
      const socket = new WebSocket(relayUrl, { ca: tls.cert });
      closers.push(() => socket.terminate());
      socket.on("message", (frame) => {
        if (frame.toString().includes('"training_end"')) resolve(frame.toString());
      });
      const subscription = { type: "subscribe", data: { run_id: runId, from: "start" } };
      socket.on("open", () => socket.send(JSON.stringify(subscription)));
    });
    expect(JSON.parse(await seen).data).toMatchObject({ run_id: runId, status: "completed" });
    const [plain] = await once(get(`${url}/health`), "error");
    expect(plain.message).toMatch(/self.signed/i);
  }, 120_000);
});
