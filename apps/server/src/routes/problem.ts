import { ProtocolError } from "@fedloom/protocol";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { ServerError, type ServerErrorCode } from "../errors.js";

const STATUS: Partial<Record<ServerErrorCode, number>> = {
  config_invalid: 400,
  data_unreadable: 400,
  strategy_unknown: 400,
  model_unknown: 400,
  run_not_found: 404,
  run_not_active: 409,
};

/** Answers every error as a problem document (RFC 9457) with a `code`; nothing internal gets out. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof ServerError || error instanceof ProtocolError) {
      const status = error instanceof ServerError ? (STATUS[error.code] ?? 500) : 400;
      const { code, message, field, expected, received } = error;
      return sendProblem(reply, status, code, message, { field, expected, received });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, status, CODES[status] ?? "bad_request", error.message);
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
  return reply.code(status).type("application/problem+json").send(problem);
}

/** What is wrong with a request before anybody looks into it. */
const CODES: Record<number, string> = { 413: "too_large", 415: "unsupported_media_type" };

const TITLES: Record<number, string> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
