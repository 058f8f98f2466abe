import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import { answerUnknown } from "./answer-unknown.js";
import { describeApi } from "./open-api.js";
import { answerProblems, sendProblem, TITLES } from "./problem.js";
import { readJson } from "./read-json.js";
import { validateByZod } from "./validate.js";

/** What of Fastify's own options is left to the caller. */
export type AppOptions = Pick<FastifyServerOptions, "logger" | "loggerInstance" | "trustProxy"> & {
  /** To answer HTTPS. */
  readonly https?: { cert: string; key: string } | undefined;
};

const MAX_BODY_BYTES = 1024 * 1024;
/** A name of 128 characters, each four bytes, percent-encoded. */
const MAX_PARAMETER_LENGTH = 128 * 12;
/** Until a request has arrived whole; the longest is an upload. */
const REQUEST_MS = 10 * 60_000;

/**
 * An app whose routes have zod schemas: requests are checked by them, every error is a problem document, and what is
 * added from now on is in the OpenAPI document.
 */
export async function createApp({ https, ...options }: AppOptions = {}): Promise<FastifyInstance> {
  const app = fastify({
    ...options,
    ...(https && { https }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // An address that cannot be decoded reaches no route.
    frameworkErrors: (error, _request, reply) => {
      const status = error.statusCode ?? 400;
      sendProblem(reply as never, status < 500 ? status : 400, "bad_request", error.message);
    },
    clientErrorHandler: (error, socket) => {
      const status = CLIENT_ERRORS[error.code] ?? 400;
      if (error.code === "ECONNRESET" || !socket.writable) return socket.destroy();
      const body = JSON.stringify({
        type: "about:blank",
        title: TITLES[status],
        status,
        detail: "the request is no HTTP that this server can read",
        code: "bad_request",
      });
      const head = `HTTP/1.1 ${status} ${TITLES[status]}\r\nconnection: close\r\ncontent-type: application/problem+json`;
      socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    },
  } as FastifyServerOptions) as unknown as FastifyInstance;
  answerProblems(app);
  readJson(app);
  validateByZod(app);
  await describeApi(app);
  answerUnknown(app);
  return app;
}

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
