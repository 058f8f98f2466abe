import type { LeasedRun, RunLease, RunRepository } from "@fedloom/db";
import { LEASE_MS, RENEW_MS } from "../run-messages.js";

export interface LeaseKeeperOptions {
  readonly runs: Pick<RunRepository, "renew" | "onWanted">;
  readonly lease: RunLease;
  /** With each sign of life: what is wanted by now. */
  readonly onRenewed: (run: LeasedRun) => void;
  /** Another has the run; nothing is renewed any more. */
  readonly onLost: () => void;
}

/** Makes a lease last, and hears what is wanted of its run; while the database is away it only tries. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #isClosed = false;
  #unlisten: (() => Promise<void>) | undefined;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => this.#turn(), RENEW_MS);
    this.#listen();
  }

  /** Lets the lease be; what is on its way is waited for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#renewing;
    await this.#unlisten?.().catch(() => undefined);
  }

  #listen(): void {
    const { runs, lease } = this.#options;
    runs
      .onWanted((runId) => {
        if (runId === lease.runId) this.#turn();
      })
      .then(
        (unlisten) => {
          this.#unlisten = unlisten;
        },
        // Each renewal tells it too, only later.
        () => {},
      );
  }

  #turn(): void {
    if (this.#isClosed || this.#renewing) return;
    clearTimeout(this.#timer);
    this.#renewing = this.#renew().finally(() => {
      this.#renewing = undefined;
      if (!this.#isClosed) this.#timer = setTimeout(() => this.#turn(), RENEW_MS);
    });
  }

  async #renew(): Promise<void> {
    const { runs, lease, onRenewed, onLost } = this.#options;
    let run: LeasedRun | undefined;
    try {
      run = await runs.renew(lease, LEASE_MS);
    } catch {
      return;
    }
    if (this.#isClosed) return;
    if (run) return onRenewed(run);
    this.#isClosed = true;
    onLost();
  }
}
