import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { openDatabase } from "@fedloom/db";
import { openViewer } from "@fedloom/viewer/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "./start-again.js";
import { type BuiltServer, spawnServer, startBuiltServer, untilState } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

let folder: TemporaryFolder;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await createTemporaryFolder();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await folder[Symbol.asyncDispose]();
});

async function takePort(): Promise<number> {
  const other = createServer().listen(0, "127.0.0.1");
  cleanups.push(() => other.close());
  await once(other, "listening");
  return (other.address() as { port: number }).port;
}

async function start(args: string[]): Promise<BuiltServer> {
  const server = await startBuiltServer(folder.path, args);
  cleanups.push(() => server.stop());
  return server;
}

/** Runs the server until it ends by itself; answers its exit code and what it printed. */
async function runToEnd(args: string[]): Promise<{ code: number; output: string }> {
  const server = spawnServer(folder.path, args);
  const [code] = await once(server.process, "close");
  return { code, output: server.output() };
}

describe("the relay's port is taken", () => {
  it("the API starts, says so in one line, and the run is stored all the same", async () => {
    const port = await takePort();
    const server = await start(["--relay-port", String(port), "--rounds", "1", "--clients", "2"]);
    expect(server.relayUrl).toContain(
      `port ${port} on 127.0.0.1 is taken by another program; set --relay-port`,
    );
    const [, runId = ""] = await server.until(/\/runs\/(\w{26})/);
    await untilState(server, runId, "completed");
    const health = await (await fetch(`${server.url}/health`)).json();
    expect(health).toMatchObject({ status: "degraded", parts: { relay: { status: "degraded" } } });
  });
});

describe("what cannot work ends with one sentence", () => {
  it("the API's port is taken", async () => {
    const port = await takePort();
    const { code, output } = await runToEnd(["--port", String(port), "--relay-port", "0", "--no-run"]);
    expect(code).toBe(1);
    expect(output).toBe(
      `fedloom: port ${port} on 127.0.0.1 is taken by another program; set --port or FEDLOOM_PORT\n`,
    );
  });

  it("the strategy is unknown", async () => {
    const { code, output } = await runToEnd(["--port", "0", "--relay-port", "0", "--strategy", "fedmagic"]);
    expect(code).toBe(1);
    expect(output).toMatch(/fedloom: strategy: expected one of fedavg, .*, received "fedmagic"/);
  });

  it("the data file does not exist", async () => {
    const { code, output } = await runToEnd(["--port", "0", "--relay-port", "0", "--data", "/nowhere.npz"]);
    expect(code).toBe(1);
    expect(output).toContain(
      "data_path: expected a readable file or folder, received /nowhere.npz, which does not exist",
    );
  });
});

describe("a data file that is not what it says", () => {
  it("fails the run with the reason; the server stays", async () => {
    const path = join(folder.path, "broken.npz");
    await writeFile(path, "this is no zip archive");
    const server = await start(["--data", path]);
    const [, runId = ""] = await server.until(/\/runs\/(\w{26})/);
    const run = await untilState(server, runId, "failed");
    expect(run.error).toContain("broken.npz");
    expect(server.output()).toMatch(/error: .*broken\.npz/);
  });
});

describe("stopping", () => {
  it("Ctrl-C during a run leaves it in the queue, and the next start goes on with it", async () => {
    const server = await start(["--rounds", "4"]);
    const [, runId = ""] = await server.until(/\/runs\/(\w{26})/);
    await server.until(/round +1\/4/);
    expect(await server.stop("SIGINT")).toBe(0);
    await using database = await openDatabase({ dataDir: join(folder.path, "postgres") });
    expect(await database.runs.get(runId)).toMatchObject({ state: "queued", attempt: 1 });
    const next = await start(["--no-run"]);
    expect(await untilState(next, runId, "completed")).toMatchObject({ attempt: 2, step: 4 });
  });

  it("a user's stop ends the run, not the server", async () => {
    const server = await start(["--rounds", "500"]);
    const [, runId] = await server.until(/\/runs\/(\w{26})/);
    await server.until(/round +1\/500/);
    const response = await fetch(`${server.url}/api/runs/${runId}/stop`, { method: "POST" });
    expect(response.status).toBe(202);
    await server.until(/Training stopped/);
  });

  it("after kill -9 of the server the run goes on, and database and viewers get every event once", async () => {
    const ports = ["--relay-port", String(await freePort())];
    const server = await start([...ports, "--rounds", "4"]);
    const [, runId = ""] = await server.until(/\/runs\/(\w{26})/);
    const seen: number[] = [];
    const viewer = openViewer({
      url: server.relayUrl,
      runId,
      from: "start",
      onEvent: ({ meta }) => {
        if (meta?.source === "trainer") seen.push(meta.seq ?? 0);
      },
    });
    cleanups.push(() => viewer.close());
    await server.until(/round +1\/4/);
    await server.stop("SIGKILL");
    const next = await start([...ports, "--no-run"]);
    await untilState(next, runId, "completed");
    const { events } = (await (await fetch(`${next.url}/api/runs/${runId}/events`)).json()) as {
      events: { meta: { source: string; seq: number } }[];
    };
    const of = (all: typeof events) =>
      all.filter(({ meta }) => meta.source === "trainer").map(({ meta }) => meta.seq);
    const seqs = of(events).sort((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(seqs.length);
    expect(seen).toEqual(seqs);
    expect(viewer.counters.gaps).toBe(0);
  });
});
