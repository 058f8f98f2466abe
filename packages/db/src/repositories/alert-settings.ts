import { asc, eq, gt, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { alertRoutes, alertRules, alertSilences } from "../schema/alerts.js";
import { storableJson, storableText } from "../storable.js";

type Json = Record<string, unknown>;

/** When to alert; `definition` is the rule in its wire form. */
export interface AlertRuleRow {
  readonly ruleId: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly definition: Json;
  /** ISO 8601, as all times here. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Alerts that nobody wants to hear of; `matcher` says which, in its wire form. */
export interface AlertSilenceRow {
  readonly silenceId: string;
  readonly matcher: Json;
  readonly comment: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Where alerts go; `matcher` and `receiver` in their wire form, the receiver with its secret. */
export interface AlertRouteRow {
  readonly routeId: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly matcher: Json;
  readonly receiver: Json;
}

/** Rules, silences and routes. Saving adds, or takes the place of the one with that id. */
export interface AlertSettingsRepository {
  /** Oldest first. */
  listRules(): Promise<AlertRuleRow[]>;
  saveRule(rule: Pick<AlertRuleRow, "ruleId" | "name" | "isEnabled" | "definition">): Promise<AlertRuleRow>;
  /** Keeps its alerts; false if there is no such rule. */
  deleteRule(ruleId: string): Promise<boolean>;
  /** Those that are not over at a time, the next to begin first. */
  listSilences(after: string): Promise<AlertSilenceRow[]>;
  saveSilence(silence: AlertSilenceRow): Promise<void>;
  deleteSilence(silenceId: string): Promise<boolean>;
  /** By name. */
  listRoutes(): Promise<AlertRouteRow[]>;
  saveRoute(route: AlertRouteRow): Promise<void>;
  /** With what was still to be delivered. */
  deleteRoute(routeId: string): Promise<boolean>;
}

export function createAlertSettingsRepository(queries: PostgresJsDatabase): AlertSettingsRepository {
  return {
    async listRules() {
      const rows = await queries
        .select()
        .from(alertRules)
        .orderBy(asc(alertRules.createdAt), asc(alertRules.ruleId));
      return rows.map(toRule);
    },

    async saveRule({ ruleId, name, isEnabled, definition }) {
      const values = { name: storableText(name), isEnabled, definition: json(definition) };
      const [row] = await queries
        .insert(alertRules)
        .values({ ruleId, ...values })
        .onConflictDoUpdate({ target: alertRules.ruleId, set: { ...values, updatedAt: sql`now()` } })
        .returning();
      return toRule(row as typeof alertRules.$inferSelect);
    },

    async deleteRule(ruleId) {
      const deleted = await queries.delete(alertRules).where(eq(alertRules.ruleId, ruleId)).returning();
      return deleted.length > 0;
    },

    async listSilences(after) {
      const rows = await queries
        .select()
        .from(alertSilences)
        .where(gt(alertSilences.endsAt, new Date(after)))
        .orderBy(asc(alertSilences.startsAt), asc(alertSilences.silenceId));
      return rows.map((row) => ({
        ...row,
        startsAt: row.startsAt.toISOString(),
        endsAt: row.endsAt.toISOString(),
      }));
    },

    async saveSilence({ silenceId, matcher, comment, startsAt, endsAt }) {
      const values = {
        matcher: json(matcher),
        comment: storableText(comment),
        startsAt: new Date(startsAt),
        endsAt: new Date(endsAt),
      };
      await queries
        .insert(alertSilences)
        .values({ silenceId, ...values })
        .onConflictDoUpdate({ target: alertSilences.silenceId, set: values });
    },

    async deleteSilence(silenceId) {
      const deleted = await queries
        .delete(alertSilences)
        .where(eq(alertSilences.silenceId, silenceId))
        .returning();
      return deleted.length > 0;
    },

    async listRoutes() {
      return queries.select().from(alertRoutes).orderBy(asc(alertRoutes.name), asc(alertRoutes.routeId));
    },

    async saveRoute({ routeId, name, isEnabled, matcher, receiver }) {
      const values = {
        name: storableText(name),
        isEnabled,
        matcher: json(matcher),
        receiver: json(receiver),
      };
      await queries
        .insert(alertRoutes)
        .values({ routeId, ...values })
        .onConflictDoUpdate({ target: alertRoutes.routeId, set: values });
    },

    async deleteRoute(routeId) {
      const deleted = await queries.delete(alertRoutes).where(eq(alertRoutes.routeId, routeId)).returning();
      return deleted.length > 0;
    },
  };
}

function toRule({ createdAt, updatedAt, ...row }: typeof alertRules.$inferSelect): AlertRuleRow {
  return { ...row, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

function json(value: Json) {
  return sql<Json>`${storableJson(value)}::text::jsonb`;
}
