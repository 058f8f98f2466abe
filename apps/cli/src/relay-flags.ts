import type { Flag, FlagValues } from "./command.js";

/** The flags of commands that connect to a relay. */
export const RELAY_FLAGS: Readonly<Record<"url" | "token", Flag>> = {
  url: { help: "address of the relay (ws://127.0.0.1:8765)", type: "text", environment: "FEDLOOM_RELAY_URL" },
  token: { help: "token to show", type: "text", environment: "FEDLOOM_TOKEN" },
};

/** Which relay, and what to show it. */
export function relayOf(values: FlagValues): { url: string; token: string | undefined } {
  return { url: values.text("url") ?? "ws://127.0.0.1:8765", token: values.text("token") };
}
