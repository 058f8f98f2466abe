import {
  type AlertRule,
  alertRule,
  alertRuleList,
  alertRuleParams,
  alertRuleRecord,
  alertStarted,
} from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import { ulid } from "ulid";
import { type KeptRule, readSettings } from "../../alerts/read-settings.js";
import { ServerError } from "../../errors.js";
import type { AlertRoutesOptions } from "../alerts.js";
import { withSchemas } from "../runs/run-routes.js";
import { NOTHING, refuseMore } from "./limits.js";

const MAX_RULES = 500;
const tags = ["alerts"];

/** When to alert. */
export function addAlertRuleRoutes(app: FastifyInstance, { database, alerts }: AlertRoutesOptions): void {
  const list = async () => (await readSettings(database.alerts, new Date())).rules;
  const find = async (ruleId: string) => {
    const found = (await list()).find((kept) => kept.ruleId === ruleId);
    if (found) return found;
    throw new ServerError("alert_rule_not_found", `there is no rule ${ruleId}`, { field: "rule_id" });
  };
  const save = async (ruleId: string, wire: Record<string, unknown>) => {
    const rule = alertRule.fromWire(wire);
    const { name, isEnabled } = rule;
    const row = await database.alerts.saveRule({
      ruleId,
      name,
      isEnabled,
      definition: alertRule.toWire(rule),
    });
    await alerts.reload();
    return toWire({ ...row, rule });
  };

  withSchemas(app).get(
    "/api/alerts/rules",
    {
      config: { access: "viewer" },
      schema: { summary: "Rules", tags, operationId: "listAlertRules", response: { 200: alertRuleList } },
    },
    async () => ({ rules: (await list()).map(toWire) as never }),
  );
  withSchemas(app).get(
    "/api/alerts/rules/:rule_id",
    {
      config: { access: "viewer" },
      schema: {
        summary: "One rule",
        tags,
        operationId: "getAlertRule",
        params: alertRuleParams,
        response: { 200: alertRuleRecord },
      },
    },
    async ({ params }) => toWire(await find(params.rule_id)) as never,
  );
  withSchemas(app).post(
    "/api/alerts/rules",
    {
      config: { access: "admin" },
      schema: {
        summary: "Add a rule",
        tags,
        operationId: "addAlertRule",
        body: alertRule.wireSchema,
        response: { 201: alertRuleRecord },
      },
    },
    async ({ body }, reply) => {
      refuseMore((await list()).length, MAX_RULES, "rules");
      const ruleId = ulid();
      const saved = await save(ruleId, body);
      return reply
        .code(201)
        .header("location", `/api/alerts/rules/${ruleId}`)
        .send(saved as never);
    },
  );
  withSchemas(app).put(
    "/api/alerts/rules/:rule_id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Change a rule",
        description: "What is absent gets its default. Alerts of the rule as it was are resolved.",
        tags,
        operationId: "changeAlertRule",
        params: alertRuleParams,
        body: alertRule.wireSchema,
        response: { 200: alertRuleRecord },
      },
    },
    async ({ params, body }) => {
      await find(params.rule_id);
      return (await save(params.rule_id, body)) as never;
    },
  );
  withSchemas(app).delete(
    "/api/alerts/rules/:rule_id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Delete a rule",
        description: "Its alerts are resolved, and stay in the list.",
        tags,
        operationId: "deleteAlertRule",
        params: alertRuleParams,
        response: { 204: NOTHING },
      },
    },
    async ({ params }, reply) => {
      await find(params.rule_id);
      await database.alerts.deleteRule(params.rule_id);
      await alerts.reload();
      return reply.code(204).send(null);
    },
  );
  withSchemas(app).post(
    "/api/alerts/rules/:rule_id/test",
    {
      config: { access: "admin" },
      schema: {
        summary: "Fire an alert of a rule as a test of where it goes",
        tags,
        operationId: "testAlertRule",
        params: alertRuleParams,
        response: { 201: alertStarted },
      },
    },
    async ({ params }, reply) => {
      const { ruleId, rule } = await find(params.rule_id);
      const alertId = alerts.testRule(ruleId, rule);
      await alerts.settled();
      return reply.code(201).send({ alert_id: alertId });
    },
  );
}

function toWire({ ruleId, createdAt, updatedAt, rule }: Omit<KeptRule, "definition"> & { rule: AlertRule }) {
  return { rule_id: ruleId, created_at: createdAt, updated_at: updatedAt, ...alertRule.toWire(rule) };
}
