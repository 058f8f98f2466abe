import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Connection, connect } from "../connection.js";
import { type EmbeddedPostgres, openEmbedded } from "../embedded/open-embedded.js";
import { createTestFolder } from "../testing-database.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let server: EmbeddedPostgres;
let healing: Connection;

beforeAll(async () => {
  folder = await createTestFolder();
  server = await openEmbedded(join(folder.path, "postgres"));
  const { host, port, user, password, openSocket } = server;
  healing = connect({ host, port, user, password, database: "postgres", openSocket }, 3);
  await healing.queries.execute(sql`create table t (n int)`);
}, 60_000);

afterAll(async () => {
  await healing?.close();
  await server?.close();
  await folder?.[Symbol.asyncDispose]();
});

async function killServer(): Promise<void> {
  const text = await readFile(join(server.folder, "cluster", "postmaster.pid"), "utf8");
  process.kill(Number.parseInt(text, 10), "SIGKILL");
}

/** Works on in transactions until `signal` says that it is enough; answers how many were done. */
async function work({ queries }: Connection, signal: AbortSignal): Promise<{ done: number; failed: number }> {
  const count = { done: 0, failed: 0 };
  while (!signal.aborted) {
    try {
      await queries.transaction(async (transaction) => {
        await transaction.execute(sql`select pg_sleep(0.001)`);
        await transaction.execute(sql`insert into t values (1)`);
      });
      count.done += 1;
    } catch {
      count.failed += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return count;
}

describe("connections that break", { timeout: 90_000 }, () => {
  it("cost what was under way, never the process, and come back", async () => {
    const enough = new AbortController();
    const workers = Array.from({ length: 6 }, () => work(healing, enough.signal));
    for (let i = 0; i < 3; i++) {
      await vi.waitFor(() => healing.queries.execute(sql`select 1`), { timeout: 30_000 });
      await killServer();
      await vi.waitFor(() => healing.queries.execute(sql`insert into t values (2)`), { timeout: 30_000 });
    }
    enough.abort();
    const counts = await Promise.all(workers);
    const done = counts.reduce((sum, count) => sum + count.done, 0);
    const [row] = await healing.queries.execute(sql`select count(*)::int as n from t where n = 1`);
    // What was said to be done is there; of what broke, nothing or, after an unheard commit, all.
    expect(row?.n).toBeGreaterThanOrEqual(done);
    expect(done).toBeGreaterThan(0);
  });

  it("are listened on again", async () => {
    const heard: string[] = [];
    const { $client } = healing.queries as Connection["queries"] & { $client: Sql };
    const { unlisten } = await $client.listen("news", (text) => heard.push(text));
    for (const news of ["first", "second"]) {
      if (news === "second") await killServer();
      await vi.waitFor(
        async () => {
          await healing.queries.execute(sql`select pg_notify('news', ${news})`);
          expect(heard).toContain(news);
        },
        { timeout: 30_000, interval: 100 },
      );
    }
    await unlisten();
  });

  it("to a server that is somebody else's fail while it is gone, and work once it is back", async () => {
    // Where it is by now.
    await using here = Object.assign(await openEmbedded(join(folder.path, "postgres")), {
      [Symbol.asyncDispose]: () => here.close(),
    });
    const { host, port, user, password } = here;
    const other = connect({ host, port, user, password, database: "postgres" }, 2);
    await other.queries.execute(sql`select 1`);
    const enough = new AbortController();
    const worker = work(other, enough.signal);
    await killServer();
    await vi.waitFor(async () => {
      await expect(other.queries.execute(sql`select 1`)).rejects.toThrow();
    });
    enough.abort();
    expect((await worker).failed).toBeGreaterThan(0);
    await other.close();
    await vi.waitFor(() => healing.queries.execute(sql`select 1`), { timeout: 30_000 });
  });
});
