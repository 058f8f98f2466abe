import { alertSilence, alertSilenceInput, alertSilenceList, alertSilenceParams } from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import { ulid } from "ulid";
import { readSettings } from "../../alerts/read-settings.js";
import { ServerError } from "../../errors.js";
import type { AlertRoutesOptions } from "../alerts.js";
import { withSchemas } from "../runs/run-routes.js";
import { NOTHING, refuseMore } from "./limits.js";

const MAX_SILENCES = 500;
const tags = ["alerts"];

/** Alerts that nobody wants to hear of for a while. */
export function addAlertSilenceRoutes(app: FastifyInstance, { database, alerts }: AlertRoutesOptions): void {
  const list = async () => (await readSettings(database.alerts, new Date())).silences;
  const find = async (silenceId: string) => {
    const found = (await list()).find((silence) => silence.silenceId === silenceId);
    if (found) return found;
    const message = `there is no silence ${silenceId}, or it is over`;
    throw new ServerError("alert_silence_not_found", message, { field: "silence_id" });
  };
  const save = async (silenceId: string, wire: Record<string, unknown>) => {
    const silence = { silenceId, ...readSilence(wire) };
    await database.alerts.saveSilence({
      ...silence,
      matcher: alertSilence.toWire(silence as never).matcher as never,
    });
    await alerts.reload();
    return alertSilence.toWire(silence as never);
  };

  withSchemas(app).get(
    "/api/alerts/silences",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Silences",
        tags,
        operationId: "listAlertSilences",
        response: { 200: alertSilenceList },
      },
    },
    async () => ({ silences: (await list()).map((silence) => alertSilence.toWire(silence as never)) }),
  );
  withSchemas(app).get(
    "/api/alerts/silences/:silence_id",
    {
      config: { access: "viewer" },
      schema: {
        summary: "One silence",
        tags,
        operationId: "getAlertSilence",
        params: alertSilenceParams,
        response: { 200: alertSilence.wireSchema },
      },
    },
    async ({ params }) => alertSilence.toWire((await find(params.silence_id)) as never),
  );
  withSchemas(app).post(
    "/api/alerts/silences",
    {
      config: { access: "admin" },
      schema: {
        summary: "Silence alerts for a while",
        description: "They are kept, and nobody is told, unless they still fire when the silence is over.",
        tags,
        operationId: "addAlertSilence",
        body: alertSilenceInput.wireSchema,
        response: { 201: alertSilence.wireSchema },
      },
    },
    async ({ body }, reply) => {
      refuseMore((await list()).length, MAX_SILENCES, "silences");
      const silenceId = ulid();
      const saved = await save(silenceId, body);
      return reply.code(201).header("location", `/api/alerts/silences/${silenceId}`).send(saved);
    },
  );
  withSchemas(app).put(
    "/api/alerts/silences/:silence_id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Change a silence",
        tags,
        operationId: "changeAlertSilence",
        params: alertSilenceParams,
        body: alertSilenceInput.wireSchema,
        response: { 200: alertSilence.wireSchema },
      },
    },
    async ({ params, body }) => {
      await find(params.silence_id);
      return save(params.silence_id, body);
    },
  );
  withSchemas(app).delete(
    "/api/alerts/silences/:silence_id",
    {
      config: { access: "admin" },
      schema: {
        summary: "End a silence",
        tags,
        operationId: "deleteAlertSilence",
        params: alertSilenceParams,
        response: { 204: NOTHING },
      },
    },
    async ({ params }, reply) => {
      await find(params.silence_id);
      await database.alerts.deleteSilence(params.silence_id);
      await alerts.reload();
      return reply.code(204).send(null);
    },
  );
}

/** A silence with its beginning and its end, of which a request may leave out one. */
function readSilence(wire: Record<string, unknown>) {
  const { matcher, comment, seconds, ...times } = alertSilenceInput.fromWire(wire);
  const startsAt = times.startsAt ?? new Date().toISOString();
  if ((times.endsAt === undefined) === (seconds === undefined)) refuse("exactly one of ends_at and seconds");
  const endsAt = times.endsAt ?? new Date(Date.parse(startsAt) + (seconds ?? 0) * 1_000).toISOString();
  if (Date.parse(endsAt) <= Date.parse(startsAt)) refuse(`a time after ${startsAt}`);
  return {
    matcher,
    comment,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
  };
}

function refuse(expected: string): never {
  throw new ServerError("request_invalid", `ends_at: expected ${expected}`, { field: "ends_at", expected });
}
