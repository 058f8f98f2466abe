import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { sendProblem } from "./problem.js";

/** Serves the built dashboard; paths that are neither files nor API are its own and get its page. */
export async function addDashboard(app: FastifyInstance): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve("@fedloom/dashboard/package.json");
  await app.register(fastifyStatic, {
    root: join(dirname(manifest), "dist"),
    wildcard: false,
    // Names under assets/ change with their content; the page itself does not.
    setHeaders: (reply, path) => {
      const immutable = path.includes(`${join("dist", "assets")}`);
      reply.header("cache-control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === "GET" && !/^\/(api|ws|assets)(\/|$)/.test(request.url);
    if (isPage && request.headers.accept?.includes("text/html")) return reply.sendFile("index.html");
    return sendProblem(reply, 404, "not_found", `there is no ${request.method} ${request.url.slice(0, 200)}`);
  });
}
