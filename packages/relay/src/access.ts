import type { IncomingHttpHeaders } from "node:http";

export interface AccessOptions {
  /** Host names, without port, under which the server may be addressed, besides those of this machine. */
  allowedHosts?: readonly string[] | undefined;
  /** Origins of pages elsewhere that may connect, such as `https://fl.example.org`. */
  allowedOrigins?: readonly string[] | undefined;
}

/** Why a request is refused, or undefined when it may pass. */
export type AccessCheck = (headers: IncomingHttpHeaders) => string | undefined;

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Checks Host and Origin, so that a page elsewhere in the user's browser can neither connect across sites
 * nor reach this machine through a name that it rebinds. Programs that send no Origin pass.
 */
export function createAccessCheck(options: AccessOptions = {}): AccessCheck {
  const hosts = new Set(
    [...LOOPBACK_NAMES, ...(options.allowedHosts ?? [])].map((host) => host.toLowerCase()),
  );
  const origins = new Set(options.allowedOrigins ?? []);
  return ({ host, origin }) => {
    const hostName = host?.toLowerCase().replace(/:\d+$/, "");
    if (!hostName || !hosts.has(hostName)) {
      return `Host: expected ${[...hosts].join(" or ")}, received ${JSON.stringify(host ?? "nothing")}`;
    }
    if (
      origin === undefined ||
      origins.has(origin) ||
      origin === `http://${host}` ||
      origin === `https://${host}`
    ) {
      return undefined;
    }
    return `Origin: expected this server's own or an allowed one, received ${JSON.stringify(origin)}`;
  };
}

/** Whether only programs on this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
