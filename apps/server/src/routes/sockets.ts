import { decodeClientMessage } from "@fedloom/protocol";
import type { Relay, UpgradeOptions } from "@fedloom/relay";
import type { FastifyInstance } from "fastify";

/** A WebSocket of the server. */
export interface SocketRoute {
  /** Whose token opens it: who may read, or who may read or send events; of the run or project that the token is for. */
  readonly access: "viewer" | "viewer or publisher";
  /** Parameters of the address, each of which may be given several times, and the field of a subscription each sets. */
  readonly filters?: Readonly<Record<string, "hosts" | "severities" | "run_id">>;
  readonly options?: UpgradeOptions;
}

/** Every WebSocket, by its path. */
export const SOCKETS: Readonly<Record<string, SocketRoute>> = {
  "/ws/relay": { access: "viewer or publisher" },
  "/ws/training-progress": { access: "viewer or publisher", options: { form: "flat" } },
  "/api/ws/ws": {
    access: "viewer",
    filters: { host: "hosts" },
    options: { subscription: { types: ["system_metrics"] } },
  },
  "/api/ws/ws/alerts": {
    access: "viewer",
    filters: { host: "hosts", severity: "severities", run_id: "run_id" },
    options: { subscription: { types: ["alert"] } },
  },
};

/** The relay behind the API's own port, so that one port is enough behind a proxy. */
export function mountSockets(app: FastifyInstance, { relay }: { relay: Relay }): void {
  app.server.on("upgrade", (request, socket, head) => {
    const [path = "", query] = (request.url ?? "").split("?");
    const route = Object.hasOwn(SOCKETS, path) ? SOCKETS[path] : undefined;
    const refuse = (status: string, text: string) => {
      socket.on("error", () => socket.destroy());
      socket.end(
        `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      );
    };
    if (!route) return refuse("404 Not Found", "");
    try {
      relay.handleUpgrade(request, socket, head, optionsOf(route, new URLSearchParams(query)));
    } catch (error) {
      refuse("400 Bad Request", (error as Error).message);
    }
  });
}

/** What a socket is to show, less what its address leaves out; other parameters, such as tokens, mean nothing. */
function optionsOf({ filters = {}, options = {} }: SocketRoute, query: URLSearchParams): UpgradeOptions {
  const wanted: Record<string, unknown> = { ...options.subscription };
  for (const [parameter, field] of Object.entries(filters)) {
    const values = query.getAll(parameter);
    if (values.length > 0) wanted[field] = field === "run_id" && values.length === 1 ? values[0] : values;
  }
  if (!options.subscription) return options;
  const decoded = decodeClientMessage({ type: "subscribe", data: wanted });
  if (!decoded.ok) throw decoded.error;
  return { ...options, subscription: decoded.value.data as NonNullable<UpgradeOptions["subscription"]> };
}
