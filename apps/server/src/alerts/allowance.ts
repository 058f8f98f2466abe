export interface AllowanceOptions {
  /** Most at once. */
  readonly most: number;
  readonly perSecond: number;
  /** Monotonic time in ms. */
  readonly clock: () => number;
}

/** So many at once, and so many more each second. */
export class Allowance {
  readonly #options: AllowanceOptions;
  #left: number;
  #at: number;

  constructor(options: AllowanceOptions) {
    this.#options = options;
    this.#left = options.most;
    this.#at = options.clock();
  }

  /** Takes one, if there is one. */
  take(): boolean {
    const { most, perSecond, clock } = this.#options;
    const now = clock();
    this.#left = Math.min(most, this.#left + ((now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
