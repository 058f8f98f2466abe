import { gaugeKeyOf, type TrainingEventType } from "@fedloom/protocol";

/** An event that is not made yet, since most values of a gauge never are. */
export interface Draft {
  type: TrainingEventType;
  runId: string;
  /** The event's data, with or without the run. */
  data: object;
  /** When it happened; its timestamp, if it has one already. */
  at: Date | string;
}

export interface ThrottleOptions {
  /** Shortest time between two values of a gauge in ms; 0 lets every value through. */
  throttleMs: number;
  /** Monotonic time in ms. */
  clock: () => number;
  /** Takes the events that go out, with the number of earlier values that each stands for. */
  emit: (draft: Draft, numSkipped: number) => void;
}

interface Gauge {
  emittedAt: number;
  /** The newest value, while it waits. */
  held: Draft | undefined;
  numSkipped: number;
}

/** Most gauges of a run that are told apart; values of further ones go out at once. */
const MAX_GAUGES = 10_000;

/**
 * Lets of each gauge one value through per interval: the first at once, then the newest when the time is over, so
 * that the last value is never lost. Other events pass, after the values of their run that wait.
 */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #runs = new Map<string, Map<string, Gauge>>();
  #numHeld = 0;
  #numConflated = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** Values that were left out because a newer one followed. */
  get numConflated(): number {
    return this.#numConflated;
  }

  offer(draft: Draft): void {
    const { throttleMs, emit, clock } = this.#options;
    const { type, runId, data } = draft;
    const key = throttleMs > 0 ? gaugeKeyOf(type, data, "camel") : undefined;
    if (key === undefined) {
      if (this.#numHeld > 0) this.#releaseRun(runId);
      return emit(draft, 0);
    }
    const gauges = this.#gaugesOf(runId);
    const gauge = gauges.get(key);
    if (!gauge) {
      if (gauges.size < MAX_GAUGES) gauges.set(key, { emittedAt: clock(), held: undefined, numSkipped: 0 });
      return emit(draft, 0);
    }
    if (!gauge.held && clock() - gauge.emittedAt >= throttleMs) {
      gauge.emittedAt = clock();
      return emit(draft, 0);
    }
    this.#hold(gauge, draft);
  }

  /** Lets every value go that waits. */
  releaseAll(): void {
    for (const runId of this.#runs.keys()) this.#releaseRun(runId);
  }

  close(): void {
    this.releaseAll();
    clearTimeout(this.#timer);
  }

  #gaugesOf(runId: string): Map<string, Gauge> {
    let gauges = this.#runs.get(runId);
    if (!gauges) {
      gauges = new Map();
      this.#runs.set(runId, gauges);
    }
    return gauges;
  }

  #hold(gauge: Gauge, draft: Draft): void {
    if (gauge.held) {
      gauge.numSkipped++;
      this.#numConflated++;
    } else {
      this.#numHeld++;
    }
    gauge.held = draft;
    this.#timer ??= this.#later();
  }

  #later(): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timer = undefined;
      this.#releaseDue();
      if (this.#numHeld > 0) this.#timer ??= this.#later();
    }, this.#options.throttleMs);
    (timer as { unref?: () => void }).unref?.();
    return timer;
  }

  #releaseDue(): void {
    const due = this.#options.clock() - this.#options.throttleMs;
    for (const gauges of this.#runs.values()) {
      for (const gauge of gauges.values()) if (gauge.emittedAt <= due) this.#release(gauge);
    }
  }

  #releaseRun(runId: string): void {
    if (this.#numHeld === 0) return;
    for (const gauge of this.#runs.get(runId)?.values() ?? []) this.#release(gauge);
  }

  #release(gauge: Gauge): void {
    const { held, numSkipped } = gauge;
    if (!held) return;
    this.#numHeld--;
    gauge.held = undefined;
    gauge.numSkipped = 0;
    gauge.emittedAt = this.#options.clock();
    this.#options.emit(held, numSkipped);
  }
}
