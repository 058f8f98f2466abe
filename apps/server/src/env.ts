import { isIP } from "node:net";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type RunConfig, runConfig } from "@fedloom/protocol";
import { ServerError } from "./errors.js";

export interface ServerOptions {
  host: string;
  port: number;
  /** Where the stand-alone relay listens; absent when it is switched off. */
  relay: { host: string; port: number } | undefined;
  /** The user's PostgreSQL; an embedded one when absent. */
  databaseUrl: string | undefined;
  /** Folder of the embedded database. */
  dataDirectory: string;
  /** Folder of the runs' progress files. */
  progressDirectory: string;
  /** The run to begin with; none when absent. */
  firstRun: RunConfig | undefined;
}

interface Flag {
  help: string;
  /** Environment variable that sets the same. */
  environment?: string;
  /** Field of a run's config that it sets. */
  config?: keyof RunConfig;
  type: "text" | "number" | "switch";
}

const FLAGS = {
  host: {
    help: "address of the API and the dashboard (127.0.0.1)",
    environment: "FEDLOOM_HOST",
    type: "text",
  },
  port: { help: "port of the API and the dashboard (8001)", environment: "FEDLOOM_PORT", type: "number" },
  "relay-host": {
    help: "address of the relay (localhost: 127.0.0.1 and ::1)",
    environment: "FEDLOOM_RELAY_HOST",
    type: "text",
  },
  "relay-port": { help: "port of the relay (8765)", environment: "FEDLOOM_RELAY_PORT", type: "number" },
  "no-relay": {
    help: "no relay port of its own; /ws/relay stays",
    environment: "FEDLOOM_NO_RELAY",
    type: "switch",
  },
  "data-dir": {
    help: "folder of the embedded database (.fedloom)",
    environment: "FEDLOOM_DATA_DIR",
    type: "text",
  },
  "progress-dir": {
    help: "folder of progress files (logs/progress)",
    environment: "FEDLOOM_PROGRESS_DIR",
    type: "text",
  },
  "no-run": { help: "do not begin with a run", type: "switch" },
  data: {
    help: "MedMNIST .npz, CSV, or folder of images or of MNIST (synthetic X-rays)",
    config: "dataPath",
    type: "text",
  },
  rounds: { help: "rounds of the first run (5)", config: "numRounds", type: "number" },
  clients: { help: "clients of the first run (5)", config: "numClients", type: "number" },
  partition: { help: "dirichlet or iid (dirichlet)", config: "partition", type: "text" },
  alpha: { help: "concentration of the Dirichlet partition (0.5)", config: "dirichletAlpha", type: "number" },
  strategy: { help: "aggregation strategy (fedavg)", config: "strategy", type: "text" },
  model: { help: "model (one that fits the data)", config: "model", type: "text" },
  "local-epochs": { help: "passes over a client's data per round", config: "localEpochs", type: "number" },
  "batch-size": { help: "samples per step", config: "batchSize", type: "number" },
  "learning-rate": { help: "of the clients' optimizer", config: "learningRate", type: "number" },
  seed: { help: "of everything random in the run (1)", config: "seed", type: "number" },
  engine: {
    help: "auto, tfjs-node, wasm or cpu (auto)",
    environment: "FEDLOOM_ENGINE",
    config: "engine",
    type: "text",
  },
  name: { help: "name of the experiment (pneumonia)", config: "experimentName", type: "text" },
  help: { help: "show this", type: "switch" },
} satisfies Record<string, Flag>;

/** What `--help` prints. */
export function usage(): string {
  const lines = Object.entries(FLAGS as Record<string, Flag>).map(([flag, { help, environment }]) => {
    return `  --${flag.padEnd(14)} ${help}${environment ? `  [${environment}]` : ""}`;
  });
  return `Usage: npm start -- [options]\n\n${lines.join("\n")}\n\nDATABASE_URL names a PostgreSQL of your own to use instead of the embedded one.\n`;
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
    firstRun: values["no-run"] ? undefined : firstRun(values, workingDirectory),
  };
}

type FlagValues = Partial<Record<keyof typeof FLAGS, string | number | boolean>>;

function readFlags(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): FlagValues {
  const options = Object.fromEntries(
    Object.entries(FLAGS).map(([flag, { type }]) => [
      flag,
      { type: type === "switch" ? "boolean" : "string" } as const,
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
