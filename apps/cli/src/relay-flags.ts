import type { Flag, FlagValues } from "./command.js";
import { CliError } from "./errors.js";

/** The flags of commands that connect to a relay. */
export const RELAY_FLAGS: Readonly<Record<"url" | "token", Flag>> = {
  url: { help: "address of the relay (ws://127.0.0.1:8765)", type: "text", environment: "FEDLOOM_RELAY_URL" },
  token: { help: "token to show", type: "text", environment: "FEDLOOM_TOKEN" },
};

/** Which relay, and what to show it. */
export function relayOf(values: FlagValues): { url: string; token: string | undefined } {
  const url = values.text("url") ?? "ws://127.0.0.1:8765";
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  // Else it would be tried again and again, and could never be reached.
  if (protocol === "ws:" || protocol === "wss:") return { url, token: values.text("token") };
  throw new CliError(
    "usage",
    `--url: expected an address that begins with ws:// or wss://, received ${JSON.stringify(url)}`,
  );
}
