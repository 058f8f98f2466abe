import type { MetricPoint } from "@fedloom/protocol";
import { asc, eq } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { metrics } from "../schema/metrics.js";

export interface MetricRepository {
  /** A run's metric values in the order in which they were stored. */
  list(runId: string): Promise<MetricPoint[]>;
}

export function createMetricRepository(queries: PostgresJsDatabase): MetricRepository {
  return {
    async list(runId) {
      const rows = await queries
        .select()
        .from(metrics)
        .where(eq(metrics.runId, runId))
        .orderBy(asc(metrics.id));
      return rows.map(({ name, phase, round, epoch, clientId, value, timestamp }) => ({
        name,
        phase,
        value,
        timestamp: timestamp.toISOString(),
        ...(round !== null && { round }),
        ...(epoch !== null && { epoch }),
        ...(clientId !== null && { clientId }),
      }));
    },
  };
}
