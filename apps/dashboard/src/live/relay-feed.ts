import type { OpenWebSocket } from "@fedloom/connection";
import { openViewer, type Viewer } from "@fedloom/viewer";
import type { Feed, FeedListener } from "./feed.js";

export interface RelayFeedOptions extends FeedListener {
  runId: string;
  /** Address of the relay. */
  relayUrl: string;
  token?: string | undefined;
  openWebSocket?: OpenWebSocket | undefined;
  random?: (() => number) | undefined;
  /** The time in ms; the clock's, which also goes on while a machine sleeps. */
  now?: (() => number) | undefined;
}

/** Events before the newest that are wanted at first: what was accepted and may not be stored yet is among them. */
const NUM_NEWEST = 2_000;
/** After so long without an event, what was missed is read as a summary instead of event by event, in ms. */
const MAX_GAP_MS = 60_000;

/** Follows a run at the relay. */
export class RelayFeed implements Feed {
  readonly #options: RelayFeedOptions;
  #viewer: Viewer | undefined;
  #heardAt = 0;
  #isClosed = false;

  constructor(options: RelayFeedOptions) {
    this.#options = options;
    this.#open();
  }

  close(): void {
    this.#isClosed = true;
    this.#viewer?.close();
  }

  #open(): void {
    const { runId, relayUrl, token, openWebSocket, random, onEvents, onLive, onLost } = this.#options;
    const now = this.#options.now ?? Date.now;
    let hasBegun = false;
    const viewer = openViewer({
      url: relayUrl,
      token,
      runId,
      from: { newest: NUM_NEWEST },
      random,
      openWebSocket,
      onEvent: (event) => {
        this.#heardAt = now();
        onEvents([event]);
      },
      onSubscribed: ({ recovered, numReplayed }) => {
        const isWhole = recovered && hasBegun;
        hasBegun = true;
        this.#heardAt = now();
        onLive({ transport: "relay", numReplayed, isWhole });
      },
      onStateChange: (state) => {
        if (state !== "waiting") return;
        onLost();
        // A machine that slept, or a server that was away: far more may have happened than is worth replaying.
        if (hasBegun && now() - this.#heardAt > MAX_GAP_MS) this.#begin(viewer);
      },
    });
    this.#viewer = viewer;
  }

  #begin(former: Viewer): void {
    former.close();
    if (!this.#isClosed) this.#open();
  }
}
