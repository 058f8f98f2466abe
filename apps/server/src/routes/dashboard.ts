import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** Serves the built dashboard; its page is the answer to every path that is neither a file nor API. */
export async function addDashboard(app: FastifyInstance): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve("@fedloom/dashboard/package.json");
  const root = join(dirname(manifest), "dist");
  await app.register(fastifyStatic, { root, serve: false });
  await app.register(async (scope) => {
    // The plugin's own routes.
    Object.assign(scope, { defaultAccess: "public" });
    await scope.register(fastifyStatic, {
      root,
      wildcard: false,
      decorateReply: false,
      // Names under assets/ change with their content; the page itself does not.
      setHeaders: (reply, path) => {
        const immutable = path.includes(join("dist", "assets"));
        reply.header("cache-control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  });
}
