import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "@fedloom/db";
import postgres from "postgres";

export const LARGE_RUN_ID = "01JD0000000000000000000999";
const STARTED = Date.parse("2026-11-20T10:00:00.000Z");
const ROUND_MS = 5_000;

/**
 * A finished run of many rounds and clients in the database of a server that runs: what its trainer said of rounds comes
 * as events, what clients said, a million rows, past the repositories, which would take minutes.
 */
export async function fillLargeRun(folder, numRounds, numClients) {
  const dataDir = join(folder, "postgres");
  const database = await openDatabase({ dataDir });
  try {
    await database.storeEvents([...eventsOf(numRounds, numClients)]);
  } finally {
    await database.close();
  }
  const sql = postgres({ ...(await findServer(dataDir)), max: 1, onnotice: () => {} });
  try {
    const [run] = await sql`select run_key from runs where run_id = ${LARGE_RUN_ID}`;
    const runKey = run?.run_key;
    // Every 50th client trains slowly, every 97th pair is refused or too late.
    await sql`
      insert into client_rounds (run_key, round, client_id, status, num_samples, duration_ms, bytes_up, bytes_down,
        metrics, error, ended_at)
      select ${runKey}, round, 'site-' || client,
        case when (round * 7 + client * 13) % 97 <> 0 then 'ok' when client % 2 = 0 then 'rejected' else 'timeout' end,
        400 + client, 1000 + (client * 37) % 500 + case when client % 50 = 0 then 3000 else 0 end, 54568, 54568,
        jsonb_build_object('train_loss', 1.0 / round + (client * 17 % 100) / 1000.0),
        case when (round * 7 + client * 13) % 97 = 0 and client % 2 = 0 then 'the update is not finite' end,
        ${new Date(STARTED)}::timestamptz + round * interval '5 seconds'
      from generate_series(1, ${numRounds}::integer) as round, generate_series(1, ${numClients}::integer) as client`;
    await sql`
      insert into clients (run_key, client_id, num_ok, num_rejected, num_failed, num_timeout, bytes_up, bytes_down,
        metric_names, training_ms, last_round, last_status, last_num_samples, last_metrics)
      select run_key, client_id, count(*) filter (where status = 'ok'), count(*) filter (where status = 'rejected'), 0,
        count(*) filter (where status = 'timeout'), sum(bytes_up), sum(bytes_down), array['train_loss'],
        sum(duration_ms), max(round), 'ok', max(num_samples), '{"train_loss": 0.1}'
      from client_rounds where run_key = ${runKey} group by 1, 2`;
    await sql`vacuum analyze client_rounds`;
  } finally {
    await sql.end();
  }
}

function* eventsOf(numRounds, numClients) {
  let seq = 0;
  const row = (type, round, data) => {
    seq += 1;
    return {
      runId: LARGE_RUN_ID,
      type,
      timestamp: new Date(STARTED + round * ROUND_MS).toISOString(),
      payload: { run_id: LARGE_RUN_ID, ...data },
      source: "trainer",
      seq,
      offset: seq,
      streamEpoch: "filled",
    };
  };
  yield row("training_mode", 0, { is_federated: true, num_rounds: numRounds, num_clients: numClients });
  yield row("training_start", 0, {
    experiment_name: "a thousand sites",
    training_mode: "federated",
    num_rounds: numRounds,
    num_clients: numClients,
    strategy: "fedavg",
  });
  for (let round = 1; round <= numRounds; round += 1) {
    const place = { round, total_rounds: numRounds };
    const loss = 1 / Math.sqrt(round);
    yield row("round_start", round - 1, { ...place, participating_clients: numClients });
    yield row("round_end", round, {
      ...place,
      fit_metrics: { train_loss: loss },
      eval_metrics: { val_loss: loss, val_accuracy: 1 - loss / 2, val_auroc: 1 - loss / 3 },
      duration_ms: ROUND_MS,
    });
    const metrics = { loss, accuracy: 1 - loss / 2, auroc: 1 - loss / 3, test_auroc: 1 - loss / 2.8 };
    yield row("round_metrics", round, { ...place, metrics });
  }
  yield row("training_end", numRounds, {
    status: "completed",
    experiment_name: "a thousand sites",
    best_round: numRounds,
    total_rounds: numRounds,
    training_duration: "1:23:20",
    duration_seconds: (numRounds * ROUND_MS) / 1_000,
    final_metrics: { test_auroc: 0.98, test_accuracy: 0.95 },
  });
}

/** Where the embedded PostgreSQL listens, as it says itself. */
async function findServer(dataDir) {
  const cluster = join(dataDir, "cluster");
  const [, , , port] = (await readFile(join(cluster, "postmaster.pid"), "utf8")).split("\n");
  const password = await readFile(join(cluster, "fedloom.password"), "utf8");
  return { host: "127.0.0.1", port: Number(port), user: "fedloom", password, database: "postgres" };
}
