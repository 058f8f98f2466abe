export interface RateLimits {
  messagesPerSecond: number;
  bytesPerSecond: number;
}

/** How much of a second's allowance may come at once. */
const BURST_SECONDS = 0.5;

/** A budget of messages and bytes that fills with time; says how long its owner must wait when it is overdrawn. */
export class RateLimit {
  readonly #limits: RateLimits;
  #messages: number;
  #bytes: number;
  #at: number;

  constructor(limits: RateLimits, now: number) {
    this.#limits = limits;
    this.#messages = limits.messagesPerSecond * BURST_SECONDS;
    this.#bytes = limits.bytesPerSecond * BURST_SECONDS;
    this.#at = now;
  }

  /** Takes one message of `numBytes` at the monotonic time `now` in ms; answers the ms to wait, 0 for none. */
  take(numBytes: number, now: number): number {
    const { messagesPerSecond, bytesPerSecond } = this.#limits;
    const seconds = Math.max(0, now - this.#at) / 1_000;
    this.#at = now;
    this.#messages =
      Math.min(messagesPerSecond * BURST_SECONDS, this.#messages + seconds * messagesPerSecond) - 1;
    this.#bytes = Math.min(bytesPerSecond * BURST_SECONDS, this.#bytes + seconds * bytesPerSecond) - numBytes;
    const overdrawn = Math.max(-this.#messages / messagesPerSecond, -this.#bytes / bytesPerSecond);
    return overdrawn > 0 ? Math.ceil(overdrawn * 1_000) : 0;
  }
}
