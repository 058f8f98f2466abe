import type { RunConfig } from "@fedloom/protocol";

export interface Flag {
  help: string;
  /** Environment variable that sets the same. */
  environment?: string;
  /** Field of a run's config that it sets. */
  config?: keyof RunConfig;
  type: "text" | "number" | "switch" | "list";
}

/** Every option of the server, by its name on the command line. */
export const FLAGS = {
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
    help: "folder of the embedded database and of other files (.fedloom)",
    environment: "FEDLOOM_DATA_DIR",
    type: "text",
  },
  "progress-dir": {
    help: "folder of progress files (logs/progress)",
    environment: "FEDLOOM_PROGRESS_DIR",
    type: "text",
  },
  "require-tokens": {
    help: "everybody has to show a token; so it is in any case beyond this machine",
    environment: "FEDLOOM_REQUIRE_TOKENS",
    type: "switch",
  },
  "allowed-host": {
    help: "name under which a proxy forwards to it; repeat for more; requires tokens",
    environment: "FEDLOOM_ALLOWED_HOSTS",
    type: "list",
  },
  "allowed-origin": {
    help: "origin of pages elsewhere that may use it, such as https://fl.example.org; repeat for more",
    environment: "FEDLOOM_ALLOWED_ORIGINS",
    type: "list",
  },
  "trusted-proxy": {
    help: "address or network of a proxy that tells whom it forwards for; repeat for more",
    environment: "FEDLOOM_TRUSTED_PROXIES",
    type: "list",
  },
  "tls-cert": {
    help: "file of the certificate chain (PEM), for https and wss",
    environment: "FEDLOOM_TLS_CERT",
    type: "text",
  },
  "tls-key": { help: "file of its private key (PEM)", environment: "FEDLOOM_TLS_KEY", type: "text" },
  "max-runs": { help: "runs at once; others wait (1)", environment: "FEDLOOM_MAX_RUNS", type: "number" },
  "keep-days": {
    help: "days after which runs that are over are removed (never)",
    environment: "FEDLOOM_KEEP_DAYS",
    type: "number",
  },
  "keep-last": {
    help: "runs that --keep-days leaves in any case, the newest (0)",
    environment: "FEDLOOM_KEEP_LAST",
    type: "number",
  },
  "min-free-mb": {
    help: "room on disk below which no run is taken (512)",
    environment: "FEDLOOM_MIN_FREE_MB",
    type: "number",
  },
  "spill-mb": {
    help: "most events kept in files while the database is away (1024)",
    environment: "FEDLOOM_SPILL_MB",
    type: "number",
  },
  "host-name": {
    help: "what this machine is called among the hosts (its own name)",
    environment: "FEDLOOM_HOST_NAME",
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
  return `Usage: fedloom serve [options], or npm start -- [options]\n\n${lines.join("\n")}\n\nDATABASE_URL names a PostgreSQL of your own to use instead of the embedded one.\n`;
}
