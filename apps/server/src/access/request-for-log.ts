import type { FastifyRequest } from "fastify";

/** What a log may say of a request: never a header, nor what follows the `?`, where somebody may put a token. */
export function requestForLog({ method, url, ip }: Pick<FastifyRequest, "method" | "url" | "ip">): {
  method: string;
  path: string | undefined;
  ip: string;
} {
  return { method, path: url.split("?")[0]?.slice(0, 500), ip };
}
