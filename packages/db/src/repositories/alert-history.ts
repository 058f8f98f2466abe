import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { alerts } from "../schema/alerts.js";
import { hosts } from "../schema/hosts.js";
import { storableJson, storableText } from "../storable.js";
import { insertDeliveries, type NewAlertDelivery } from "./alert-deliveries.js";

export type AlertSeverity = "info" | "warning" | "critical";

/** What was wrong, once for each time that it was. */
export interface AlertRow {
  readonly alertId: string;
  /** Equal for what is the same trouble. */
  readonly fingerprint: string;
  /** Undefined if somebody announced it, or its rule is gone. */
  readonly ruleId?: string | undefined;
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly message: string;
  readonly source: string;
  readonly host?: string | undefined;
  readonly runId?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "firing" | "resolved";
  readonly isSilenced: boolean;
  /** ISO 8601, as all times here. */
  readonly startedAt: string;
  readonly resolvedAt?: string | undefined;
}

/** Which alerts; those older than the one with the id `after`. */
export interface AlertQuery {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly state?: "firing" | "resolved" | undefined;
  readonly severity?: AlertSeverity | undefined;
  readonly host?: string | undefined;
  readonly runId?: string | undefined;
  readonly since?: string | undefined;
}

export interface AlertHistoryRepository {
  /** Newest first. */
  list(query: AlertQuery): Promise<AlertRow[]>;
  get(alertId: string): Promise<AlertRow | undefined>;
  /** Adds an alert, once, with what is to be delivered because of it, all or nothing. */
  recordFiring(alert: AlertRow, deliveries: readonly NewAlertDelivery[]): Promise<void>;
  /** Notes that an alert that was silenced is so no more. */
  recordUnsilenced(alertId: string, deliveries: readonly NewAlertDelivery[]): Promise<void>;
  /** False if there is no such alert, or it is resolved. */
  recordResolved(alertId: string, at: string, deliveries: readonly NewAlertDelivery[]): Promise<boolean>;
  /** Resolved alerts that were so not before a time, newest first. */
  listResolvedSince(at: string, limit: number): Promise<AlertRow[]>;
  /** Removes what was resolved before a time; answers how many. */
  prune(before: string): Promise<number>;
  /** The hosts that reported since a time. */
  listHostsSince(at: string): Promise<{ host: string; lastSeenAt: string }[]>;
}

export function createAlertHistoryRepository(queries: PostgresJsDatabase): AlertHistoryRepository {
  return {
    async list(query) {
      const rows = await queries
        .select()
        .from(alerts)
        .where(and(...conditionsOf(query)))
        .orderBy(desc(alerts.startedAt), desc(alerts.alertId))
        .limit(query.limit);
      return rows.map(toAlert);
    },

    async get(alertId) {
      const [row] = await queries.select().from(alerts).where(eq(alerts.alertId, alertId));
      return row && toAlert(row);
    },

    async recordFiring(alert, deliveries) {
      await queries.transaction(async (transaction) => {
        await transaction
          .insert(alerts)
          .values(toColumns(alert))
          .onConflictDoNothing({ target: alerts.alertId });
        await insertDeliveries(transaction, deliveries);
      });
    },

    async recordUnsilenced(alertId, deliveries) {
      await queries.transaction(async (transaction) => {
        await transaction.update(alerts).set({ isSilenced: false }).where(eq(alerts.alertId, alertId));
        await insertDeliveries(transaction, deliveries);
      });
    },

    async recordResolved(alertId, at, deliveries) {
      return queries.transaction(async (transaction) => {
        const resolved = await transaction
          .update(alerts)
          .set({ state: "resolved", resolvedAt: new Date(at) })
          .where(and(eq(alerts.alertId, alertId), eq(alerts.state, "firing")))
          .returning({ alertId: alerts.alertId });
        await insertDeliveries(transaction, deliveries);
        return resolved.length > 0;
      });
    },

    async listResolvedSince(at, limit) {
      const rows = await queries
        .select()
        .from(alerts)
        .where(and(eq(alerts.state, "resolved"), gte(alerts.resolvedAt, new Date(at))))
        .orderBy(desc(alerts.resolvedAt))
        .limit(limit);
      return rows.map(toAlert);
    },

    async prune(before) {
      const removed = await queries
        .delete(alerts)
        .where(and(eq(alerts.state, "resolved"), lt(alerts.resolvedAt, new Date(before))))
        .returning({ alertId: alerts.alertId });
      return removed.length;
    },

    async listHostsSince(at) {
      const rows = await queries
        .select({ host: hosts.host, lastSeenAt: hosts.lastSeenAt })
        .from(hosts)
        .where(gte(hosts.lastSeenAt, new Date(at)));
      return rows.map(({ host, lastSeenAt }) => ({ host, lastSeenAt: lastSeenAt.toISOString() }));
    },
  };
}

function* conditionsOf({ after, state, severity, host, runId, since }: AlertQuery): Generator<SQL> {
  if (state) yield eq(alerts.state, state);
  if (severity) yield eq(alerts.severity, severity);
  if (host !== undefined) yield eq(alerts.host, storableText(host));
  if (runId !== undefined) yield eq(alerts.runId, runId);
  if (since !== undefined) yield gte(alerts.startedAt, new Date(since));
  if (after === undefined) return;
  yield sql`(${alerts.startedAt}, ${alerts.alertId}) < (
    select earlier.started_at, earlier.alert_id from alerts as earlier where earlier.alert_id = ${storableText(after)})`;
}

function toColumns(alert: AlertRow) {
  const { ruleId, host, runId, startedAt, resolvedAt } = alert;
  return {
    ...alert,
    title: storableText(alert.title),
    message: storableText(alert.message),
    source: storableText(alert.source),
    host: host === undefined ? null : storableText(host),
    runId: runId ?? null,
    // A rule may be deleted while its alert is on the way.
    ruleId: sql`(select rule_id from alert_rules where rule_id = ${ruleId ?? null}::text)`,
    labels: sql`${storableJson(alert.labels)}::text::jsonb`,
    startedAt: new Date(startedAt),
    resolvedAt: resolvedAt === undefined ? null : new Date(resolvedAt),
  };
}

function toAlert(row: typeof alerts.$inferSelect): AlertRow {
  const { ruleId, host, runId, startedAt, resolvedAt, ...rest } = row;
  return {
    ...rest,
    ...(ruleId !== null && { ruleId }),
    ...(host !== null && { host }),
    ...(runId !== null && { runId }),
    startedAt: startedAt.toISOString(),
    ...(resolvedAt !== null && { resolvedAt: resolvedAt.toISOString() }),
  };
}
