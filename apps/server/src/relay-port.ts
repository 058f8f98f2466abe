import { type Relay, RelayError } from "@fedloom/relay";
import type { ServerOptions } from "./env.js";

/** Where the relay has a port of its own, or why it has none. */
export type RelayPort = { readonly url: string } | { readonly problem: string };

/** Gives the relay its own port; without it everything works through the API's. */
export async function openRelayPort(
  relay: Relay,
  { relay: where, tls }: Pick<ServerOptions, "relay" | "tls">,
): Promise<RelayPort> {
  if (!where) return { problem: "switched off; /ws/relay works" };
  try {
    const { host, port } = await relay.listen(where);
    return { url: `${tls ? "wss" : "ws"}://${hostInUrl(host)}:${port}` };
  } catch (error) {
    if (!(error instanceof RelayError) || error.code === "address_not_loopback") throw error;
    const cure = "set --relay-port or FEDLOOM_RELAY_PORT; /ws/relay works all the same";
    return { problem: `${error.message}; ${cure}` };
  }
}

export function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
