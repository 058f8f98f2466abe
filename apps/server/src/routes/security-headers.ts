import { createAccessCheck } from "@fedloom/relay";
import type { FastifyInstance } from "fastify";
import { sendProblem } from "./problem.js";

// uPlot sets its sizes as inline styles; scripts come from files only.
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Refuses pages of other origins and rebound host names, and tells browsers what this page may do. */
export function protect(app: FastifyInstance): void {
  const check = createAccessCheck();
  app.addHook("onRequest", async (request, reply) => {
    const refusal = check(request.headers);
    if (refusal) return sendProblem(reply, 403, "origin_refused", refusal);
    reply.headers({
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  });
}
