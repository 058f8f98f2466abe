import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { RelayError } from "./errors.js";

/** Where a relay listens. */
export interface RelayAddress {
  host: string;
  port: number;
}

/** What TLS needs, as PEM. */
export interface TlsFiles {
  cert: string;
  key: string;
}

export interface Handlers {
  tls?: TlsFiles | undefined;
  onRequest: RequestListener;
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** How long a client may take over its request or handshake, in ms. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Listens on one address; `localhost` means 127.0.0.1 and, where the machine has it, ::1.
 * @throws RelayError `port_in_use` or `address_unavailable`.
 */
export async function openListeners(
  { host, port }: RelayAddress,
  handlers: Handlers,
): Promise<{ servers: Server[]; address: RelayAddress }> {
  const first = await listen({ host: host === "localhost" ? "127.0.0.1" : host, port }, handlers);
  const address = { host: host === "localhost" ? "127.0.0.1" : host, port: portOf(first) };
  if (host !== "localhost") return { servers: [first], address };
  // Programs may look localhost up as either; a machine without IPv6 is fine as well.
  const second = await listen({ host: "::1", port: address.port }, handlers).catch(() => undefined);
  return { servers: second ? [first, second] : [first], address };
}

async function listen(
  { host, port }: RelayAddress,
  { onRequest, onUpgrade, tls }: Handlers,
): Promise<Server> {
  const options = {
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
  };
  const server = tls
    ? createTlsServer({ ...options, ...tls, handshakeTimeout: REQUEST_TIMEOUT_MS }, onRequest)
    : createServer(options, onRequest);
  server.on("upgrade", onUpgrade);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)));
    // Many viewers come back at once after a restart.
    server.listen({ port, host, backlog: 4_096 }, resolve);
  });
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): RelayError {
  if (cause.code === "EADDRINUSE") {
    return new RelayError("port_in_use", `port ${port} on ${host} is taken by another program`, { cause });
  }
  return new RelayError("address_unavailable", `cannot listen on ${host}:${port}: ${cause.message}`, {
    cause,
  });
}
