import cors from "@fastify/cors";
import rateLimit from "@fastify/rate-limit";
import type { Grant } from "@fedloom/relay";
import { isForEverything, maySee, TooManyFailures } from "@fedloom/relay";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { ServerError } from "../errors.js";
import { setSecurityHeaders } from "../routes/security-headers.js";
import type { Access } from "./create-access.js";
import type { RouteAccess } from "./route-access.js";

const WINDOW_MS = 60_000;
const PREFLIGHT_SECONDS = 600;

/** What whoever comes from this machine may do, where no tokens are asked for. */
const EVERYTHING: Grant = { role: "admin" };

/**
 * Lets in by Host, Origin and token whoever asks for a route that is added from now on. A route that does not say who
 * may use it is not added.
 */
export async function protect(app: FastifyInstance, access: Access): Promise<void> {
  app.decorateRequest("grant", undefined);
  setSecurityHeaders(app);
  app.addHook("onRequest", async (request) => {
    const refusal = access.checkHeaders(request.headers);
    if (refusal) throw new ServerError("origin_refused", refusal);
  });
  if (access.allowedOrigins.length > 0) await allowOrigins(app, access.allowedOrigins);
  app.addHook("onRoute", function requireAccess(this: FastifyInstance, route) {
    route.config = { ...route.config, access: accessOf(route, this.defaultAccess) };
  });
  if (access.required) await limitRequests(app, access.maxRequestsPerMinute);
  app.addHook("onRequest", async (request, reply) => {
    request.grant = access.required ? await admit(request, reply, access) : EVERYTHING;
    if (request.grant) cutWithToken(request.grant, reply, access);
  });
}

function accessOf({ method, url, config }: RouteOptions, byDefault: RouteAccess | undefined): RouteAccess {
  const access = config?.access ?? byDefault;
  if (access) return access;
  throw new Error(`${method} ${url}: expected config.access (public, viewer or admin), received nothing`);
}

/** What whoever asks may do; undefined for a stranger who asks for what is public. */
async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
): Promise<Grant | undefined> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const { config } = request.routeOptions;
  // What no route answers tells nothing.
  const isPublic = request.is404 || config.access === "public";
  if (token === undefined) {
    if (isPublic) return undefined;
    reply.header("www-authenticate", 'Bearer realm="fedloom"');
    throw new ServerError("unauthenticated", "expected a token (Authorization: Bearer …), received none");
  }
  const checked = access.authenticate(token, request.ip);
  if (isPublic) return checked.catch(() => undefined);
  const grant = await checked.catch((error: unknown) => refuseTooMany(error, reply));
  if (!grant) {
    reply.header("www-authenticate", 'Bearer realm="fedloom", error="invalid_token"');
    throw new ServerError("unauthenticated", "the token is unknown, revoked or no longer valid");
  }
  if (!mayUse(grant, config.access)) {
    throw new ServerError("forbidden", `a ${grant.role} token may not do this; expected an admin's`);
  }
  if (!(await isInScope(grant, request, access))) {
    const what = grant.runId === undefined ? "one project" : `run ${grant.runId}`;
    throw new ServerError("forbidden", `the token is for ${what} and nothing else`);
  }
  return grant;
}

function mayUse(grant: Grant, access: RouteAccess | undefined): boolean {
  return access === "viewer" ? maySee(grant) : access === "admin" && grant.role === "admin";
}

async function isInScope(grant: Grant, request: FastifyRequest, access: Access): Promise<boolean> {
  if (isForEverything(grant)) return true;
  const { run_id: runId } = (request.params ?? {}) as { run_id?: string };
  if (runId === undefined) return request.routeOptions.config.scope === "filtered";
  if (grant.runId !== undefined && grant.runId !== runId) return false;
  return grant.project === undefined || (await access.projectOf(runId)) === grant.project;
}

/** Ends an answer that goes on, such as a stream of events, once its token no longer holds. */
function cutWithToken(grant: Grant, reply: FastifyReply, access: Access): void {
  if (grant.tokenId === undefined) return;
  const { raw } = reply;
  raw.once(
    "close",
    access.hold(grant, () => raw.destroy()),
  );
}

function refuseTooMany(error: unknown, reply: FastifyReply): never {
  if (!(error instanceof TooManyFailures)) throw error;
  reply.header("retry-after", Math.ceil(error.retryAfterMs / 1_000));
  throw new ServerError("too_many_requests", error.message);
}

/**
 * Lets pages of the allowed origins read answers; they show tokens in a header, never in a cookie. Questions of browsers
 * whether they may ask are answered to whoever passes the check of origins, before tokens are looked at.
 */
async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  await app.register(cors, {
    origin: [...origins],
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "last-event-id"],
    exposedHeaders: ["content-disposition", "location", "retry-after", "www-authenticate"],
    maxAge: PREFLIGHT_SECONDS,
  });
}

async function limitRequests(app: FastifyInstance, max: number): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    max,
    timeWindow: WINDOW_MS,
    addHeadersOnExceeding: {
      "x-ratelimit-limit": false,
      "x-ratelimit-remaining": false,
      "x-ratelimit-reset": false,
    },
    addHeaders: {
      "x-ratelimit-limit": false,
      "x-ratelimit-remaining": false,
      "x-ratelimit-reset": false,
      "retry-after": true,
    },
    errorResponseBuilder: () =>
      new ServerError("too_many_requests", `expected at most ${max} requests a minute`),
  });
  app.addHook("onRequest", app.rateLimit());
}
