import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { ServerOptions } from "./env.js";
import { ServerError } from "./errors.js";
import { hostInUrl } from "./relay-port.js";

/**
 * Has the API listen, and answers its address.
 * @throws ServerError `port_in_use` or `address_unavailable`.
 */
export async function listen(
  app: FastifyInstance,
  { host, port, tls }: Pick<ServerOptions, "host" | "port" | "tls">,
): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      const text = `port ${port} on ${host} is taken by another program; set --port or FEDLOOM_PORT`;
      throw new ServerError("port_in_use", text, { cause });
    }
    throw new ServerError("address_unavailable", `cannot listen on ${host}:${port}: ${message}`, { cause });
  }
  const { port: opened } = app.server.address() as AddressInfo;
  return `${tls ? "https" : "http"}://${hostInUrl(host)}:${opened}`;
}
