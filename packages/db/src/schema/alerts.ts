import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

type Json = Record<string, unknown>;
type Severity = "info" | "warning" | "critical";
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** When to alert. `definition` is the rule in its wire form. */
export const alertRules = pgTable("alert_rules", {
  ruleId: text("rule_id").primaryKey(),
  name: text().notNull(),
  isEnabled: boolean("is_enabled").notNull().default(true),
  definition: jsonb().$type<Json>().notNull(),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

/** What was wrong, once for each time that it was. */
export const alerts = pgTable(
  "alerts",
  {
    alertId: text("alert_id").primaryKey(),
    /** Equal for what is the same trouble: rule, host, run, labels. */
    fingerprint: text().notNull(),
    ruleId: text("rule_id").references(() => alertRules.ruleId, { onDelete: "set null" }),
    severity: text().$type<Severity>().notNull(),
    title: text().notNull(),
    message: text().notNull(),
    source: text().notNull(),
    host: text(),
    /** No reference: an alert outlives its run. */
    runId: text("run_id"),
    labels: jsonb().$type<Record<string, string>>().notNull(),
    state: text().$type<"firing" | "resolved">().notNull(),
    isSilenced: boolean("is_silenced").notNull().default(false),
    startedAt: at("started_at").notNull(),
    resolvedAt: at("resolved_at"),
  },
  (table) => [
    index("alerts_by_time").on(table.startedAt, table.alertId),
    index("alerts_by_fingerprint").on(table.fingerprint, table.startedAt),
    index("alerts_firing").on(table.startedAt, table.alertId).where(sql`state = 'firing'`),
  ],
);

/** Alerts that nobody wants to hear of for a while. */
export const alertSilences = pgTable("alert_silences", {
  silenceId: text("silence_id").primaryKey(),
  /** Which alerts, in its wire form. */
  matcher: jsonb().$type<Json>().notNull(),
  comment: text().notNull().default(""),
  startsAt: at("starts_at").notNull(),
  endsAt: at("ends_at").notNull(),
});

/** Where alerts go. */
export const alertRoutes = pgTable("alert_routes", {
  routeId: text("route_id").primaryKey(),
  name: text().notNull(),
  isEnabled: boolean("is_enabled").notNull().default(true),
  /** Which alerts, in its wire form. */
  matcher: jsonb().$type<Json>().notNull(),
  /** `webhook` (address and secret) or `log`, in its wire form. */
  receiver: jsonb().$type<Json>().notNull(),
});

/** What is to be delivered to a webhook, until it is or until it is given up. */
export const alertDeliveries = pgTable(
  "alert_deliveries",
  {
    deliveryId: text("delivery_id").primaryKey(),
    alertId: text("alert_id")
      .notNull()
      .references(() => alerts.alertId, { onDelete: "cascade" }),
    routeId: text("route_id")
      .notNull()
      .references(() => alertRoutes.routeId, { onDelete: "cascade" }),
    payload: jsonb().$type<Json>().notNull(),
    state: text().$type<"waiting" | "delivered" | "given_up">().notNull(),
    numTries: integer("num_tries").notNull().default(0),
    /** Also the end of what one server has to try it. */
    nextTryAt: at("next_try_at").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    lastError: text("last_error"),
  },
  (table) => [index("alert_deliveries_due").on(table.state, table.nextTryAt)],
);
