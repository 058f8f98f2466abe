import type { RelayAddress } from "./listener.js";
import { Relay } from "./relay.js";
import type { RelayOptions } from "./relay-options.js";

export interface StartRelayOptions extends RelayOptions {
  /** Address to listen on; `localhost`, which is 127.0.0.1 and ::1. */
  host?: string | undefined;
  /** Port to listen on, 0 for any that is free; 8765. */
  port?: number | undefined;
}

/** Starts a relay on a port of its own; `ws://127.0.0.1:8765` unless told otherwise. */
export async function startRelay(
  options: StartRelayOptions = {},
): Promise<{ relay: Relay; address: RelayAddress }> {
  const relay = new Relay(options);
  try {
    const address = await relay.listen({ host: options.host ?? "localhost", port: options.port ?? 8765 });
    return { relay, address };
  } catch (error) {
    await relay.close();
    throw error;
  }
}
