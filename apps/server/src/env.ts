import { isIP } from "node:net";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type RunConfig, runConfig } from "@fedloom/protocol";
import { ServerError } from "./errors.js";
import { FLAGS, type Flag } from "./flags.js";

export interface ServerOptions {
  host: string;
  port: number;
  /** Where the stand-alone relay listens; absent when it is switched off. */
  relay: { host: string; port: number } | undefined;
  /** The user's PostgreSQL; an embedded one when absent. */
  databaseUrl: string | undefined;
  /** Folder of the embedded database, of large checkpoints, uploads and what waits for the database. */
  dataDirectory: string;
  /** Folder of the runs' progress files. */
  progressDirectory: string;
  /** Whether everybody has to show a token. */
  requireTokens: boolean;
  /** Names under which others address the server, and origins of pages elsewhere. */
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
  /** Addresses and networks of proxies that are believed whom they forward for. */
  trustedProxies: readonly string[];
  /** Files of certificate chain and private key. */
  tls: { certFile: string; keyFile: string } | undefined;
  maxRuns: number;
  /** After how long runs that are over go; never when absent. */
  retention: { olderThanDays: number; keepLast: number } | undefined;
  minFreeBytes: number;
  maxSpillBytes: number;
  /** What this machine is called. */
  hostName: string;
  /** The run to begin with; none when absent. */
  firstRun: RunConfig | undefined;
}

/** Reads command line and environment; the only place that does. `"help"` when that was asked for. */
export function parseServerOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  workingDirectory: string,
): ServerOptions | "help" {
  const values = readFlags(args, environment);
  if (values.help) return "help";
  const text = (flag: keyof typeof FLAGS, fallback: string) => String(values[flag] ?? fallback);
  return {
    host: address("--host", text("host", "127.0.0.1")),
    port: port("--port", values.port ?? 8001),
    relay: values["no-relay"]
      ? undefined
      : {
          host: address("--relay-host", text("relay-host", "localhost")),
          port: port("--relay-port", values["relay-port"] ?? 8765),
        },
    databaseUrl: environment.DATABASE_URL || undefined,
    dataDirectory: resolve(workingDirectory, text("data-dir", ".fedloom")),
    progressDirectory: resolve(workingDirectory, text("progress-dir", "logs/progress")),
    requireTokens: values["require-tokens"] === true,
    allowedHosts: list(values["allowed-host"]),
    allowedOrigins: list(values["allowed-origin"]),
    trustedProxies: list(values["trusted-proxy"]),
    tls: tlsFiles(values, workingDirectory),
    maxRuns: count("--max-runs", values["max-runs"] ?? 1, { min: 1, max: 64 }),
    retention: retention(values),
    minFreeBytes: count("--min-free-mb", values["min-free-mb"] ?? 512, { max: MAX_MB }) * MB,
    maxSpillBytes: count("--spill-mb", values["spill-mb"] ?? 1_024, { max: MAX_MB }) * MB,
    hostName: nameOfHost(text("host-name", hostname())),
    firstRun: values["no-run"] ? undefined : firstRun(values, workingDirectory),
  };
}

type FlagValues = Partial<Record<keyof typeof FLAGS, string | number | boolean | readonly string[]>>;

const MB = 2 ** 20;
const MAX_MB = 1_048_576;

function list(value: FlagValues["host"]): readonly string[] {
  return Array.isArray(value) ? value : [];
}

function tlsFiles(values: FlagValues, workingDirectory: string): ServerOptions["tls"] {
  const [cert, key] = [values["tls-cert"], values["tls-key"]];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const [given, missing] = cert === undefined ? ["--tls-key", "--tls-cert"] : ["--tls-cert", "--tls-key"];
    throw new ServerError("option_invalid", `${given}: expected with ${missing}, received without`);
  }
  return {
    certFile: resolve(workingDirectory, String(cert)),
    keyFile: resolve(workingDirectory, String(key)),
  };
}

function retention(values: FlagValues): ServerOptions["retention"] {
  const [days, last] = [values["keep-days"], values["keep-last"]];
  if (days === undefined && last !== undefined) {
    throw new ServerError("option_invalid", "--keep-last: expected with --keep-days, received without");
  }
  if (days === undefined) return undefined;
  return {
    olderThanDays: count("--keep-days", days, { min: 1, max: 36_500 }),
    keepLast: count("--keep-last", last ?? 0, { max: 1_000_000 }),
  };
}

function readFlags(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): FlagValues {
  const options = Object.fromEntries(
    Object.entries(FLAGS).map(([flag, { type }]) => [
      flag,
      { type: type === "switch" ? "boolean" : "string", multiple: type === "list" } as const,
    ]),
  );
  let given: Record<string, unknown>;
  try {
    given = parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new ServerError("option_invalid", `${(error as Error).message} (--help lists the options)`, {
      cause: error,
    });
  }
  const values: Record<string, unknown> = {};
  for (const [flag, { environment: variable, type }] of Object.entries(FLAGS as Record<string, Flag>)) {
    const fromEnvironment = variable ? environment[variable] || undefined : undefined;
    const value = given[flag] ?? fromEnvironment;
    if (value === undefined) continue;
    if (type === "switch") values[flag] = value === true || value === "1" || value === "true";
    else if (type === "list")
      values[flag] = Array.isArray(value)
        ? value
        : String(value)
            .split(/[\s,]+/)
            .filter(Boolean);
    else
      values[flag] =
        type === "number" ? number(given[flag] ? `--${flag}` : `${variable}`, String(value)) : value;
  }
  return values as FlagValues;
}

function firstRun(values: FlagValues, workingDirectory: string): RunConfig {
  const wanted: Record<string, unknown> = {};
  const flagOf = new Map<string, string>();
  for (const [flag, { config }] of Object.entries(FLAGS as Record<string, Flag>)) {
    const value = values[flag as keyof typeof FLAGS];
    if (!config || value === undefined) continue;
    wanted[config] = config === "dataPath" ? resolve(workingDirectory, String(value)) : value;
    flagOf.set(config, `--${flag}`);
  }
  const wire = runConfig.toWire(wanted as never);
  const decoded = runConfig.decode(wire);
  if (decoded.ok) return decoded.value;
  const { field = "", expected, received } = decoded.error;
  const camel = Object.keys(wanted).find(
    (key) => Object.keys(runConfig.toWire({ [key]: 0 } as never))[0] === field,
  );
  const flag = flagOf.get(camel ?? "") ?? field;
  const message = `${flag}: expected ${expected}, received ${received}`;
  throw new ServerError("option_invalid", message, { field: flag, expected, received });
}

function number(name: string, value: string): number {
  const parsed = Number(value);
  if (value.trim() !== "" && Number.isFinite(parsed)) return parsed;
  throw new ServerError("option_invalid", `${name}: expected a number, received ${JSON.stringify(value)}`);
}

/** As an event's host: something short on one line. */
function nameOfHost(value: string): string {
  if (/^\P{Cc}{1,128}$/u.test(value)) return value;
  const expected = "1 to 128 characters without control characters";
  throw new ServerError(
    "option_invalid",
    `--host-name: expected ${expected}, received ${JSON.stringify(value.slice(0, 200))}`,
  );
}

function count(name: string, value: unknown, { min = 0, max }: { min?: number; max: number }): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new ServerError(
    "option_invalid",
    `${name}: expected an integer from ${min} to ${max}, received ${value}`,
  );
}

function port(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new ServerError("option_invalid", `${name}: expected a port from 0 to 65535, received ${value}`);
}

function address(name: string, value: string): string {
  if (value === "localhost" || isIP(value)) return value;
  throw new ServerError(
    "option_invalid",
    `${name}: expected an IP address or localhost, received ${JSON.stringify(value)}`,
  );
}
