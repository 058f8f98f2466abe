import type { Grant } from "@fedloom/relay";

/**
 * Who may use a route: `public` everybody, `viewer` whoever may read (of one run, if the route names one and the token is
 * for one), `admin` whoever may do everything. Every route says it in its `config`; one that does not is not added.
 */
export type RouteAccess = "public" | "viewer" | "admin";

declare module "fastify" {
  interface FastifyContextConfig {
    access?: RouteAccess;
    /**
     * For routes without `run_id`: `filtered` if the route itself answers no more than `request.grant` covers. Without it
     * a token that is for one run or one project may not use the route.
     */
    scope?: "filtered";
  }

  interface FastifyInstance {
    /** Access of the routes that plugins add within this scope. */
    defaultAccess?: RouteAccess;
  }

  interface FastifyRequest {
    /** What whoever asks may do; undefined for strangers, whom only public routes answer. */
    grant: Grant | undefined;
  }
}
