import type { OpenDatabaseOptions } from "@fedloom/db";

/** What the server tells a run's process; everything else it learns from the database. */
export interface RunCommand {
  readonly type: "start";
  readonly runId: string;
  /** Under which it takes its lease. */
  readonly leaseOwner: string;
  readonly database: OpenDatabaseOptions;
  readonly relayUrl: string;
  /** For a relay that asks for one. */
  readonly token?: string;
  readonly progressDirectory: string;
}

/** How a run's process ends. */
export const EXIT = {
  /** The run is over: its last event is `training_end`. */
  over: 0,
  /** Paused, or interrupted by SIGTERM: the lease is given back, and another process can go on. */
  released: 3,
  /** Another process has the lease. */
  leaseLost: 4,
} as const;

/** How long a lease lasts, and how often it is made to last, in ms. */
export const LEASE_MS = 10_000;
export const RENEW_MS = 1_000;

/** The source under which a run's process publishes, by attempt. */
export function trainerSource(attempt: number): string {
  return attempt === 1 ? "trainer" : `trainer-${attempt}`;
}
