import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 10;
const HALF_MINUTE_MS = 30_000;

/** How long the event loop was held, over the last half to whole minute. */
export class LoopDelay implements Disposable {
  /** The older one is read; it begins anew when the younger one has half a minute. */
  #histograms: [IntervalHistogram, IntervalHistogram];
  readonly #turn: NodeJS.Timeout;

  constructor(halfMs = HALF_MINUTE_MS) {
    this.#histograms = [open(), open()];
    this.#turn = setInterval(() => {
      const [older, younger] = this.#histograms;
      older.reset();
      this.#histograms = [younger, older];
    }, halfMs);
    this.#turn.unref();
  }

  /** In ms: 99 of 100 delays are not longer. */
  get p99Ms(): number {
    return held(this.#histograms[0].percentile(99));
  }

  /** The longest, in ms. */
  get maxMs(): number {
    return held(this.#histograms[0].max);
  }

  close(): void {
    clearInterval(this.#turn);
    for (const histogram of this.#histograms) histogram.disable();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function open(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return histogram;
}

/** What is measured is the time between two looks, which lie apart by the resolution when nothing holds the loop. */
function held(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
}
