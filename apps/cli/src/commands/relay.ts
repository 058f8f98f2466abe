import { once } from "node:events";
import { resolve } from "node:path";
import { createTokenCheck, startRelay } from "@fedloom/relay";
import type { Command } from "../command.js";
import { readTokenFile } from "../token-file.js";

export const relay: Command = {
  name: "relay",
  summary: "Runs a relay alone: publishers send events to it, viewers see them live.",
  flags: {
    host: {
      help: "address to listen on (localhost: 127.0.0.1 and ::1)",
      type: "text",
      environment: "FEDLOOM_RELAY_HOST",
    },
    port: { help: "port to listen on (8765)", type: "text", environment: "FEDLOOM_RELAY_PORT" },
    tokens: { help: "file of tokens; then everybody must show one", type: "text" },
    "allow-remote": { help: "let other machines reach it; needs --tokens", type: "switch" },
    "allowed-host": { help: "name under which it may be addressed; repeat for more", type: "list" },
    "allowed-origin": { help: "origin of pages that may connect; repeat for more", type: "list" },
    "max-events": { help: "events of a run kept in memory (10000)", type: "number" },
    "max-connections": { help: "connections at once (10000)", type: "number" },
    "heartbeat-ms": { help: "time between signs of life (15000)", type: "number" },
  },
  async run(values, _operands, { print, signal, workingDirectory }) {
    const tokens = values.text("tokens");
    const { relay: running, address } = await startRelay({
      host: values.text("host"),
      port: values.number("port", 0, 65_535),
      authenticate:
        tokens === undefined ? undefined : createTokenCheck(readTokenFile(resolve(workingDirectory, tokens))),
      allowRemote: values.isOn("allow-remote"),
      allowedHosts: values.list("allowed-host"),
      allowedOrigins: values.list("allowed-origin"),
      maxEvents: values.number("max-events", 1),
      maxConnections: values.number("max-connections", 1),
      heartbeatMs: values.number("heartbeat-ms", 10),
    });
    const host = address.host.includes(":") ? `[${address.host}]` : address.host;
    print(`relay listens on ws://${host}:${address.port}`);
    if (!signal.aborted) await once(signal, "abort");
    await running.close();
    return 0;
  },
};
