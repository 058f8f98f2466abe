import { createHash } from "node:crypto";
import type { Database } from "@fedloom/db";
import { decodeCheckpoint } from "@fedloom/trainer-core";

/** What the database tells of a run that is over, without what differs between equal runs: times. */
export interface ToldRun {
  readonly state: string;
  readonly step: number;
  readonly attempt: number;
  /** Of the newest weights. */
  readonly weights: string;
  readonly metrics: readonly string[];
  readonly rounds: readonly number[];
  /** Of each source the counters of its events, in order. */
  readonly seqs: Readonly<Record<string, readonly number[]>>;
}

const TIMES = /(^|\/)(time|duration)|_ms$|_seconds$/;
const PAGE = 1_000;

export async function tellRun(database: Database, runId: string): Promise<ToldRun> {
  const run = await database.runs.get(runId);
  const checkpoint = await database.checkpoints.load(runId, "last");
  const { points } = await database.metrics.list(runId, { limit: 100_000 });
  const metrics = points
    .filter(({ name }) => !TIMES.test(name))
    .map(({ name, phase, clientId = "", x, value }) => `${name} ${phase} ${clientId} ${x} ${value}`)
    .sort();
  const rounds = await database.rounds.list(runId, { after: 0, limit: PAGE });
  const seqs: Record<string, number[]> = {};
  for (let after = 0; ; ) {
    const page = await database.events.list(runId, { after, limit: PAGE });
    for (const { source, seq } of page) {
      seqs[source] ??= [];
      seqs[source].push(seq);
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.position ?? after;
  }
  for (const list of Object.values(seqs)) list.sort((a, b) => a - b);
  return {
    state: run?.state ?? "",
    step: run?.step ?? 0,
    attempt: run?.attempt ?? 0,
    weights: checkpoint ? hashOf(decodeCheckpoint(checkpoint).weights) : "",
    metrics,
    rounds: rounds.map(({ round }) => round),
    seqs,
  };
}

function hashOf(weights: Float32Array): string {
  const { buffer, byteOffset, byteLength } = weights;
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
}
