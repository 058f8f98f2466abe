import type { FastifyInstance, RouteOptions } from "fastify";
import { sendProblem } from "./problem.js";

/**
 * Answers what no route answers: a path that exists says which methods it knows, a page of the dashboard's own gets its
 * page, the rest is not there.
 */
export function answerUnknown(app: FastifyInstance): void {
  const routes = new Map<string, { parts: string[]; methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }: RouteOptions) => {
    const route = routes.get(url) ?? { parts: url.split("/"), methods: new Set<string>() };
    for (const each of [method].flat()) route.methods.add(each);
    routes.set(url, route);
  });
  app.setNotFoundHandler((request, reply) => {
    const { method, url, headers } = request;
    const path = url.split("?")[0] ?? "";
    const parts = path.split("/");
    const allowed = [...routes.values()].flatMap((route) =>
      fits(route.parts, parts) ? [...route.methods] : [],
    );
    if (allowed.length > 0) {
      reply.header("allow", [...new Set(allowed)].sort().join(", "));
      return sendProblem(reply, 405, "method_not_allowed", `${clip(path)} does not know ${clip(method)}`);
    }
    const isPage = method === "GET" && !/^\/(api|ws|assets|docs)(\/|$)/.test(path);
    // There without the dashboard's files as well.
    const { sendFile } = reply as Partial<Pick<typeof reply, "sendFile">>;
    if (isPage && sendFile && headers.accept?.includes("text/html")) return reply.sendFile("index.html");
    return sendProblem(reply, 404, "not_found", `there is no ${clip(method)} ${clip(url)}`);
  });
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length &&
    pattern.every((part, index) => (part.startsWith(":") ? parts[index] !== "" : part === parts[index]))
  );
}

function clip(text: string): string {
  return text.slice(0, 200);
}
