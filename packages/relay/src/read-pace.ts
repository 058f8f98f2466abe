import type { WebSocket } from "ws";
import { RateLimit, type RateLimits } from "./rate-limit.js";

export interface ReadPaceOptions {
  webSocket: WebSocket;
  /** What one publisher may send. */
  publisherLimits: RateLimits;
  /** For how long, in ms, no publisher is to be read any further. */
  holdPublishersMs: () => number;
  /** Monotonic time in ms. */
  clock: () => number;
  onPause: () => void;
}

const CONTROL_LIMITS: RateLimits = { messagesPerSecond: 50, bytesPerSecond: 128 * 1024 };

/** Reads more slowly from somebody who sends more than they may: nothing is lost, and others have their turn. */
export class ReadPace {
  readonly #options: ReadPaceOptions;
  #eventRate: RateLimit | undefined;
  #controlRate: RateLimit | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReadPaceOptions) {
    this.#options = options;
  }

  get isPaused(): boolean {
    return this.#timer !== undefined;
  }

  /** Notes a message of `numBytes`. */
  take(numBytes: number, isControl: boolean): void {
    const { webSocket, clock, publisherLimits, holdPublishersMs, onPause } = this.#options;
    const now = clock();
    if (isControl) this.#controlRate ??= new RateLimit(CONTROL_LIMITS, now);
    else this.#eventRate ??= new RateLimit(publisherLimits, now);
    const rate = (isControl ? this.#controlRate : this.#eventRate) as RateLimit;
    const overdrawnMs = rate.take(numBytes, now);
    if (this.#timer) return;
    const waitMs = isControl ? overdrawnMs : Math.max(overdrawnMs, holdPublishersMs());
    if (waitMs === 0) return;
    onPause();
    webSocket.pause();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      webSocket.resume();
    }, waitMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
