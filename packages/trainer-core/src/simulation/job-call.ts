import { createReportQueue } from "../federated/report-queue.js";
import type { DoneMessage, ProgressMessage, SlotVectors, WorkerOrder } from "./worker-messages.js";

/** Something that one worker does. */
export interface Job {
  /** Gets what the job needs; what it gives writes that into the job's slot, and makes the order that tells the worker. */
  order(place: { job: number; slot: number }): FillSlot | Promise<FillSlot>;
}

export type FillSlot = (vectors: SlotVectors) => WorkerOrder;

export type JobReport =
  | { readonly kind: "progress"; readonly progress: ProgressMessage }
  | { readonly kind: "done"; readonly done: DoneMessage; readonly vectors: SlotVectors }
  | {
      readonly kind: "failed";
      readonly status: "failed" | "timeout";
      readonly error: string;
      readonly durationMs: number;
    };

export type JobEvent<Kind extends Job> = JobReport & { readonly job: Kind };

export interface JobCallOptions {
  /** Ends the call early. */
  readonly signal: AbortSignal;
  /** Vectors of a job are lent until the next event is asked for, and its slot waits for that. Default: copied. */
  readonly lendsVectors?: boolean;
  /** Its jobs go before those of other calls that wait. Default false. */
  readonly isUrgent?: boolean;
}

/** Jobs that were asked for together. */
export interface JobCall {
  /** It is over: nobody wants to hear of its jobs any more. */
  readonly isOver: boolean;
  readonly lendsVectors: boolean;
  /** Leaves out the rest of the reports. */
  stop(): void;
  /** No worker is at one of its jobs any more. */
  end(): void;
}

/** A job of a call, as those see it who hand it out. */
export interface CalledJob {
  readonly call: JobCall;
  readonly order: Job["order"];
  /** @param release Called when the reader is done with the vectors. */
  report(report: JobReport, release?: () => void): void;
}

/** Opens a call, which is over when each of its jobs is done or has failed, or when it is stopped. */
export function openJobCall<Kind extends Job>(
  jobs: readonly Kind[],
  { lendsVectors = false }: JobCallOptions,
) {
  const queue = createReportQueue<JobEvent<Kind>>();
  const releases = new Map<JobEvent<Kind>, () => void>();
  let numOpen = jobs.length;
  let isOver = false;
  let end = () => {};
  const hasEnded = new Promise<void>((resolve) => {
    end = resolve;
  });
  const call: JobCall = {
    get isOver() {
      return isOver;
    },
    lendsVectors,
    stop() {
      isOver = true;
    },
    end() {
      queue.end();
      end();
    },
  };

  function report(event: JobEvent<Kind>, release?: () => void): void {
    if (isOver) return release?.();
    if (release) releases.set(event, release);
    queue.push(event);
    if (event.kind === "progress") return;
    numOpen -= 1;
    isOver = numOpen === 0;
  }

  return {
    call,
    jobs: jobs.map(
      (job): CalledJob => ({
        call,
        order: (place) => job.order(place),
        report: (about, release) => report({ ...about, job }, release),
      }),
    ),
    hasEnded,
    async *events(): AsyncGenerator<JobEvent<Kind>, void, undefined> {
      try {
        for await (const event of queue.read()) {
          yield event;
          releases.get(event)?.();
          releases.delete(event);
        }
      } finally {
        for (const release of releases.values()) release();
      }
    },
  };
}
