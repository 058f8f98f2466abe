import type { LeasedRun } from "@fedloom/db";

/** Why a process ends: the run is over, or it is another's to go on with. */
export type Ending = "over" | "paused" | "interrupted" | "lost";

/** What is asked of a run's process, by whom ever, and whether it has heard it yet. */
export class RunOrders {
  /** The process is to end. */
  readonly interruption: AbortSignal;
  readonly #givenUp = new AbortController();
  #stop: ((reason: string) => void) | undefined;
  #stopReason: string | undefined;
  #ending: Exclude<Ending, "over"> | undefined;
  #reason: string | undefined;

  constructor(interruption: AbortSignal) {
    this.interruption = interruption;
    if (interruption.aborted) this.#giveUp("interrupted");
    else interruption.addEventListener("abort", () => this.#giveUp("interrupted"), { once: true });
  }

  /** Why the run is given up; undefined while it is not. */
  get ending(): Exclude<Ending, "over"> | undefined {
    return this.#ending;
  }

  /** In whose words it was paused. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The run is given up: nothing is to be waited for any more. */
  get signal(): AbortSignal {
    return this.#givenUp.signal;
  }

  /** Resolves, with nothing, when the run is given up. */
  get isGivenUp(): Promise<undefined> {
    const { signal } = this.#givenUp;
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) =>
      signal.addEventListener("abort", () => resolve(undefined), { once: true }),
    );
  }

  /** Resolves when another process has the run. */
  get isLost(): Promise<"lost"> {
    return this.isGivenUp.then(() => (this.#ending === "lost" ? "lost" : new Promise<never>(() => {})));
  }

  /** Does what a sign of life has told. */
  hear({ wanted, wantedReason }: Pick<LeasedRun, "wanted" | "wantedReason">): void {
    if (wanted === "stopped") this.#end(wantedReason ?? "stopped by the user");
    if (wanted === "paused") {
      this.#reason ??= wantedReason;
      this.#giveUp("paused");
    }
  }

  lose(): void {
    this.#giveUp("lost");
  }

  /** From now on `stop` ends the training; at once, if that was asked for before. */
  obey(stop: (reason: string) => void): void {
    this.#stop = stop;
    if (this.#stopReason !== undefined) stop(this.#stopReason);
  }

  #end(reason: string): void {
    if (this.#stopReason !== undefined) return;
    this.#stopReason = reason;
    this.#stop?.(reason);
  }

  #giveUp(ending: Exclude<Ending, "over">): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#givenUp.abort();
    this.#end(ending);
  }
}
