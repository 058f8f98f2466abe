// Claim: a chart of 10,000,000 points is answered in under 200 ms, whichever part of it is looked at.
//
// Method: one metric of one run gets 10,000,000 values in the embedded PostgreSQL, written by one SQL statement as the write
// path would have written them, with the rows of `buckets` that sum them up. Then `metrics.thin` is asked for 2,000 parts:
// the whole line, and ranges down to the widest one that is read point by point. First after
// PostgreSQL was started again, so that its own memory is empty (the system's file cache is not), then 20 times in turn.
// The wall clock of the call is taken, in the process that asks: the rows are decoded and joined in it.
// Noise: PostgreSQL and this process share the machine.
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@fedloom/db";
import { percentile, spread } from "./process-figures.mjs";
import { check, describeMachine, isQuick, loadNow, printTable } from "./side-by-side.mjs";

const POINTS = isQuick ? 1_000_000 : 10_000_000;
const PARTS = 2_000;
const STEPS_OF_A_BUCKET = 128;
const ROUNDS = isQuick ? 3 : 20;
const LIMIT_MS = 200;
const RUN = "01JD0000000000000000000000";
/** A range that is longer is read by the rows that sum up 128 steps each. */
const MOST_READ = 100_000;
const QUERIES = {
  "the whole line": {},
  "a half of it": { from: POINTS / 4, to: (3 * POINTS) / 4 },
  "a part that is just read by buckets": { from: 77, to: 77 + MOST_READ },
  "a part that is just read by points": { from: 77, to: 76 + MOST_READ },
  "20,000 points": { from: POINTS / 2, to: POINTS / 2 + 19_999 },
};

const folder = await mkdtemp(join(tmpdir(), "fedloom-charts-"));
// PostgreSQL may run as another user than this.
await chmod(folder, 0o755);
const dataDir = join(folder, "postgres");
const open = () => openDatabase({ dataDir });
let database = await open();
try {
  const payload = { run_id: RUN, step: 0, phase: "train", metrics: { loss: 0 } };
  const timestamp = "2026-11-20T10:00:00.000Z";
  const place = { source: "trainer", seq: 1, offset: 1, streamEpoch: "e" };
  await database.storeEvents([{ runId: RUN, type: "metrics", timestamp, payload, ...place }]);
  const startedAt = performance.now();
  await fill();
  console.log(describeMachine(), loadNow());
  console.log(`${POINTS} points filled in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  await measure();
} finally {
  await database.close();
  await rm(folder, { recursive: true, force: true });
}

async function measure() {
  const rows = [["", "first, ms", "median (lowest to highest), ms", "values"]];
  for (const [name, query] of Object.entries(QUERIES)) {
    await database.close();
    database = await open();
    const first = await ask(query);
    const times = [];
    for (let i = 0; i < ROUNDS; i++) times.push((await ask(query)).ms);
    rows.push([name, first.ms.toFixed(0), spread(times), `${first.numValues}`]);
    check(`${name}, ${first.numPoints} points`, {
      value: `${first.ms.toFixed(0)} ms first, p99 ${percentile(times, 0.99).toFixed(0)} ms`,
      limit: `${LIMIT_MS} ms`,
      isGood: Math.max(first.ms, ...times) < LIMIT_MS,
    });
  }
  printTable(rows);
}

async function ask(query) {
  const before = performance.now();
  const [line] = await database.metrics.thin(RUN, { numParts: PARTS, ...query });
  const ms = performance.now() - before;
  return { ms, numPoints: line.numPoints, numValues: line.points.length };
}

/** Writes past the repositories, which would take minutes. */
async function fill() {
  const require = createRequire(new URL("../packages/db/package.json", import.meta.url));
  const sql = require("postgres")({ ...(await findServer()), max: 1, onnotice: () => {} });
  await sql`
    insert into points (series_id, x, position, value, timestamp)
    select series_id, x, 1 + x, case when x % 5000 = 0 then 'NaN' else sin(x / 1e5) + random() / 10 end,
      now() + x * interval '1 millisecond'
    from series, generate_series(1, ${POINTS}) as x`;
  await sql`
    insert into buckets (series_id, bucket, num_points, num_nan, min, min_x, max, max_x, last, last_x)
    select series_id, bucket, num_points, num_nan, lowest[1], lowest[2]::bigint, highest[1], highest[2]::bigint,
      coalesce(newest[3], 'NaN'), coalesce(newest[1]::bigint, last_x)
    from (
      select series_id, x / ${STEPS_OF_A_BUCKET}::integer as bucket, count(*) as num_points,
        count(*) filter (where value = 'NaN') as num_nan,
        min(array[value, x]) filter (where value <> 'NaN') as lowest,
        max(array[value, x]) filter (where value <> 'NaN') as highest,
        max(array[x, position, value]) filter (where value <> 'NaN') as newest, max(x) as last_x
      from points group by 1, 2
    ) part
    on conflict (series_id, bucket) do update set num_points = excluded.num_points, num_nan = excluded.num_nan,
      min = excluded.min, min_x = excluded.min_x, max = excluded.max, max_x = excluded.max_x, last = excluded.last,
      last_x = excluded.last_x`;
  await sql`vacuum analyze points`;
  await sql`vacuum analyze buckets`;
  await sql.end();
}

/** Where the embedded PostgreSQL listens, as it says itself. */
async function findServer() {
  const cluster = join(dataDir, "cluster");
  const [, , , port] = (await readFile(join(cluster, "postmaster.pid"), "utf8")).split("\n");
  const password = await readFile(join(cluster, "fedloom.password"), "utf8");
  return { host: "127.0.0.1", port: Number(port), user: "fedloom", password, database: "postgres" };
}
