import { DbError } from "@fedloom/db";
import { ProtocolError } from "@fedloom/protocol";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { ServerError, type ServerErrorCode } from "../errors.js";

const STATUS: Partial<Record<ServerErrorCode, number>> = {
  bad_request: 400,
  request_invalid: 400,
  config_invalid: 400,
  data_unreadable: 400,
  strategy_unknown: 400,
  model_unknown: 400,
  run_not_found: 404,
  host_not_found: 404,
  metric_unknown: 404,
  checkpoint_not_found: 404,
  model_not_found: 404,
  run_not_active: 409,
  run_not_paused: 409,
  run_not_managed: 409,
  task_unsupported: 409,
  checkpoint_damaged: 409,
  data_gone: 409,
  data_changed: 409,
  origin_refused: 403,
  unauthenticated: 401,
  forbidden: 403,
  token_not_found: 404,
  alert_not_found: 404,
  alert_rule_not_found: 404,
  alert_silence_not_found: 404,
  alert_route_not_found: 404,
  limit_reached: 409,
  too_many_requests: 429,
  too_large: 413,
  too_busy: 503,
  queue_full: 503,
  disk_full: 507,
};

/** Answers every error as a problem document (RFC 9457) with a `code`; nothing internal gets out. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof ServerError || error instanceof ProtocolError) {
      const status = error instanceof ServerError ? (STATUS[error.code] ?? 500) : 400;
      const { code, message, field, expected, received } = error;
      if (status === 503) reply.header("retry-after", RETRY_SECONDS);
      return sendProblem(reply, status, code, message, { field, expected, received });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, status, CODES[status] ?? "bad_request", error.message);
    if (isDatabaseAway(error)) {
      reply.header("retry-after", RETRY_SECONDS);
      return sendProblem(reply, 503, "database_unavailable", "the database does not answer; try again");
    }
    app.log.error(error);
    return sendProblem(reply, 500, "internal", "the server failed at this; its log says more");
  });
}

export function sendProblem(
  reply: FastifyReply,
  status: number,
  code: string,
  detail: string,
  more: { field?: string | undefined; expected?: string | undefined; received?: string | undefined } = {},
): FastifyReply {
  const problem = { type: "about:blank", title: TITLES[status] ?? "Error", status, detail, code, ...more };
  return reply.code(status).type("application/problem+json").send(JSON.stringify(problem));
}

const RETRY_SECONDS = 2;

/** Of connections (Node, postgres.js) and of a server that starts, stops or has no room (SQLSTATE). */
const AWAY = /^(E(CONN|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH)|CONNECT|08|57P0|53)/;

/** The embedded one may not have started yet, for want of room or time. */
const AWAY_CODES: ReadonlySet<DbError["code"]> = new Set([
  "unreachable",
  "embedded_unavailable",
  "data_dir_unusable",
]);

function isDatabaseAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DbError && AWAY_CODES.has(cause.code)) {
      return true;
    }
    if (AWAY.test((cause as NodeJS.ErrnoException).code ?? "")) return true;
  }
  return false;
}

/** What is wrong with a request before anybody looks into it. */
const CODES: Record<number, string> = {
  404: "not_found",
  405: "method_not_allowed",
  413: "too_large",
  414: "too_large",
  415: "unsupported_media_type",
  429: "too_many_requests",
  431: "too_large",
};

/** What a status means, in the words of its standard. */
export const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};
