import { isLoopback } from "@fedloom/relay";

export interface Exposure {
  /** Addresses that are listened on; undefined for a part that is off. */
  hosts: readonly (string | undefined)[];
  /** Names under which the server may be addressed, besides those of this machine. */
  allowedHosts: readonly string[];
  /** Origins of pages elsewhere that may use it. */
  allowedOrigins: readonly string[];
  /** Whether the operator wants tokens in any case. */
  requireTokens: boolean;
}

/**
 * Whether everybody must show a token: as soon as anybody but programs and pages of this machine gets through. Behind a
 * proxy everybody comes from this machine, so it is asked of all or of none.
 */
export function areTokensRequired({ hosts, allowedHosts, allowedOrigins, requireTokens }: Exposure): boolean {
  return (
    requireTokens ||
    [...hosts, ...allowedHosts].some((host) => host !== undefined && !isLoopback(host)) ||
    allowedOrigins.some((origin) => !isLoopback(hostOf(origin)))
  );
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : origin;
}
