import { fileURLToPath } from "node:url";
import type { Database, OpenDatabaseOptions } from "@fedloom/db";
import type { Relay } from "@fedloom/relay";

export interface RunManagerOptions {
  readonly database: Database;
  /** How the runs' processes open the same database. */
  readonly databaseOptions: OpenDatabaseOptions;
  readonly relay: Relay;
  /** Where the runs' processes reach the relay; asked for each run. */
  readonly relayUrl: () => string;
  /** With what they may publish. */
  readonly tokenFor?: ((runId: string) => string | undefined) | undefined;
  readonly progressDirectory: string;
  /** Folder whose disk is looked at before a run is taken. */
  readonly dataDirectory: string;
  /** What this machine is called; its own name. */
  readonly hostName?: string | undefined;
  /** Most runs at once on this host; 1, since one run uses the machine's cores. */
  readonly maxRunning?: number | undefined;
  /** Most runs in the queue; 1,000. */
  readonly maxQueued?: number | undefined;
  /** How much room there must be on the disk for a run to be taken; 512 MiB. */
  readonly minFreeBytes?: number | undefined;
  /** Which runs are removed once a day; none. */
  readonly retention?: { readonly olderThanDays: number; readonly keepLast: number } | undefined;
  /** How long nothing may be heard of a run that others train until it is silent, and lost; 60 s and 15 min. */
  readonly silentMs?: number | undefined;
  readonly lostMs?: number | undefined;
  /** How long a publisher that went away may take to come back until its run is silent, in ms; 5,000. */
  readonly goneMs?: number | undefined;
  /** How often everything is looked at, in ms; 1,000. */
  readonly lookMs?: number | undefined;
  /** How long to wait after a run's first death in a row; twice as long after the next; 1,000 ms. */
  readonly retryMs?: number | undefined;
  /** At which death in a row without a closed step a run fails; 3. */
  readonly maxDeaths?: number | undefined;
  /** How long processes may take to end when the server does, in ms; 10,000. */
  readonly stopMs?: number | undefined;
  /** Path of the program that trains a run. */
  readonly program?: string | undefined;
}

const RUN_PROCESS = fileURLToPath(new URL("./run-process.js", import.meta.url));

const DEFAULTS = {
  maxRunning: 1,
  maxQueued: 1_000,
  minFreeBytes: 512 * 2 ** 20,
  silentMs: 60_000,
  lostMs: 15 * 60_000,
  goneMs: 5_000,
  lookMs: 1_000,
  retryMs: 1_000,
  maxDeaths: 3,
  stopMs: 10_000,
  program: RUN_PROCESS,
} as const;

/** Options with every default in place. */
export type RunManagerSettings = RunManagerOptions & {
  [Name in keyof typeof DEFAULTS]: NonNullable<RunManagerOptions[Name]>;
};

export function withDefaults(options: RunManagerOptions): RunManagerSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...DEFAULTS, ...(given as unknown as RunManagerOptions) } as RunManagerSettings;
}
