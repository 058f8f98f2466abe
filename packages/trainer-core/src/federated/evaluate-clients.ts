import { randomStream } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { poolReports, type ReceivedReport } from "../metrics/pool-reports.js";
import { type Emit, errorText } from "../run/emit.js";
import type { ClientPool } from "./client-pool.js";

/** Has clients evaluate the global weights on data of their own. */
export interface ClientEvaluationOptions {
  /** How many classes the task has; 2 or less for tasks without classes. */
  readonly numClasses: number;
  /** Share of the clients that is asked, drawn anew in each round, in (0, 1]; default 1. */
  readonly fraction?: number;
}

export interface EvaluateClientsOptions extends ClientEvaluationOptions {
  readonly pool: ClientPool;
  readonly round: number;
  readonly globalWeights: Float32Array;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/**
 * Pools what clients find of the global weights: see `poolReports`. Clients that fail, or whose report cannot be true,
 * have no part, and one `error` event tells of them.
 */
export async function* evaluateClients(
  options: EvaluateClientsOptions,
): AsyncGenerator<TrainingEvent, Record<string, number>> {
  const { pool, round, globalWeights, signal, emit, numClasses } = options;
  const clientIds = pickClients(options);
  const reports: ReceivedReport[] = [];
  const failures: string[] = [];
  for await (const answer of pool.evaluate({ round, clientIds, globalWeights, signal })) {
    if (answer.kind === "evaluation") reports.push(answer);
    else failures.push(`${answer.clientId}: ${answer.error}`);
  }
  if (signal.aborted) return {};
  // In the order of ids, not of arrival: sums of losses are rounded.
  reports.sort((a, b) => (a.clientId < b.clientId ? -1 : 1));
  const { metrics, refused } = poolReports(reports, numClasses);
  failures.push(...refused.map(({ clientId, message }) => `${clientId}: ${message}`));
  if (failures.length > 0) {
    const error = `evaluation: ${failures.length} of ${clientIds.length} clients have no part in it: ${failures[0]}`;
    yield emit("error", { error: errorText(error), errorType: "evaluation_failed", fatal: false });
  }
  return metrics;
}

function pickClients({ pool, seed, round, fraction = 1 }: EvaluateClientsOptions): string[] {
  const clientIds = pool.clients().map(({ clientId }) => clientId);
  if (fraction >= 1) return clientIds;
  const count = Math.max(1, Math.round(fraction * clientIds.length));
  return randomStream(seed, "client-evaluation", round).shuffle(clientIds).slice(0, count).sort();
}
