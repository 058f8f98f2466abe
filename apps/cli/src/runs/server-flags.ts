import type { Flag, FlagValues } from "../command.js";
import { CliError } from "../errors.js";

export const DEFAULT_SERVER = "http://127.0.0.1:8001";

/** The flags of commands that ask a server over HTTP. */
export const SERVER_FLAGS: Readonly<Record<"server" | "token", Flag>> = {
  server: { help: `address of the server (${DEFAULT_SERVER})`, type: "text", environment: "FEDLOOM_SERVER" },
  token: { help: "token to show", type: "text", environment: "FEDLOOM_TOKEN" },
};

/** Which server, and what to show it. */
export function serverOf(values: FlagValues): { server: URL; token: string | undefined } {
  const given = values.text("server") ?? DEFAULT_SERVER;
  const refuse = (expected: string, received: string): never => {
    throw new CliError("usage", `--server: expected ${expected}, received ${received}`);
  };
  const address = "an address that begins with http:// or https://";
  const server = URL.canParse(given) ? new URL(given) : refuse(address, JSON.stringify(given));
  if (!/^https?:$/.test(server.protocol)) refuse(address, JSON.stringify(given));
  if (server.username !== "" || server.password !== "") {
    refuse("an address without a password; --token is for secrets", "one with it");
  }
  // Paths are appended to it: a server may stand below a path of a proxy.
  server.pathname = server.pathname.replace(/\/*$/, "/");
  return { server, token: values.text("token") };
}
