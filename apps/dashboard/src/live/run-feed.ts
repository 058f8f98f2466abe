import type { Feed, FeedListener } from "./feed.js";
import { HttpFeed, type HttpFeedOptions } from "./http-feed.js";
import { RelayFeed, type RelayFeedOptions } from "./relay-feed.js";

export interface RunFeedOptions
  extends FeedListener,
    Omit<RelayFeedOptions, keyof FeedListener>,
    Omit<HttpFeedOptions, keyof FeedListener> {
  /** How long the relay may take before HTTP is tried beside it, in ms; 8,000. */
  relayPatienceMs?: number | undefined;
}

/** Failures of the relay, one after the other, after which HTTP is tried beside it. */
const MAX_FAILURES = 3;

/** Follows a run by the best way that is open: the relay, which is always tried again, or else HTTP. */
export class RunFeed implements Feed {
  readonly #options: RunFeedOptions;
  readonly #relay: RelayFeed;
  #http: HttpFeed | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #numFailures = 0;

  constructor(options: RunFeedOptions) {
    this.#options = options;
    const { onEvents, onLive, onLost } = options;
    this.#waitForRelay();
    this.#relay = new RelayFeed({
      ...options,
      onEvents,
      onLive: (start) => {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#numFailures = 0;
        this.#http?.close();
        this.#http = undefined;
        onLive(start);
      },
      onLost: () => {
        this.#numFailures += 1;
        if (this.#http) return;
        onLost();
        if (this.#numFailures >= MAX_FAILURES) this.#tryHttp();
        else this.#waitForRelay();
      },
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#http?.close();
    this.#relay.close();
  }

  /** A socket that hangs fails late, or never. */
  #waitForRelay(): void {
    this.#timer ??= setTimeout(() => this.#tryHttp(), this.#options.relayPatienceMs ?? 8_000);
  }

  #tryHttp(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#http ??= new HttpFeed(this.#options);
  }
}
