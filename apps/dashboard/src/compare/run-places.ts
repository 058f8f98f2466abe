import type { MetricPoint, RoundSummary } from "@fedloom/protocol";

/** What a run had taken by the end of each of its rounds or epochs; each list has one entry for each step. */
export interface RunPlaces {
  steps: readonly number[];
  /** Since the run began. */
  seconds: readonly number[];
  /** Sent in both directions. */
  bytes: readonly number[];
  /** That were trained on, as often as they were; undefined where the run does not tell. */
  samples: readonly number[] | undefined;
}

export type PlaceAxis = "seconds" | "bytes" | "samples";

export const NO_PLACES: RunPlaces = { steps: [], seconds: [], bytes: [], samples: [] };

interface AboutRun {
  /** ISO 8601. */
  startedAt: string;
  /** Passes over a client's samples in a round. */
  localEpochs: number;
}

/** Places with those of further rounds that are over. */
export function withRounds(
  before: RunPlaces,
  rounds: readonly RoundSummary[],
  { startedAt, localEpochs }: AboutRun,
): RunPlaces {
  const [steps, seconds, bytes] = [[...before.steps], [...before.seconds], [...before.bytes]];
  let samples = before.samples && [...before.samples];
  for (const { round, endedAt, bytesUp, bytesDown, fitMetrics } of rounds) {
    if (endedAt === undefined || round <= (steps.at(-1) ?? 0)) continue;
    steps.push(round);
    seconds.push(secondsSince(startedAt, endedAt));
    bytes.push((bytes.at(-1) ?? 0) + bytesUp + bytesDown);
    const numSamples = fitMetrics?.num_samples;
    if (numSamples === undefined) samples = undefined;
    else samples?.push((samples.at(-1) ?? 0) + numSamples * localEpochs);
  }
  return { steps, seconds, bytes, samples };
}

/** Places of epochs, by what was measured in them; nothing is sent. */
export function placesOfEpochs(
  points: readonly Pick<MetricPoint, "name" | "x" | "value" | "timestamp">[],
  startedAt: string,
): RunPlaces {
  const ends = new Map<number, { timestamp: string; numSamples: number | undefined }>();
  for (const { name, x, value, timestamp } of points) {
    const known = ends.get(x);
    const isLater = known === undefined || timestamp > known.timestamp;
    ends.set(x, {
      timestamp: isLater ? timestamp : known.timestamp,
      numSamples: name === "num_samples" ? value : known?.numSamples,
    });
  }
  const epochs = [...ends].sort(([a], [b]) => a - b);
  const isTold = epochs.every(([, { numSamples }]) => numSamples !== undefined);
  let sum = 0;
  return {
    steps: epochs.map(([step]) => step),
    seconds: epochs.map(([, { timestamp }]) => secondsSince(startedAt, timestamp)),
    bytes: epochs.map(() => 0),
    samples: isTold
      ? epochs.map(([, { numSamples = 0 }]) => {
          sum += numSamples;
          return sum;
        })
      : undefined,
  };
}

/** What the run had taken at the end of a step; undefined where that is not known. */
export function placeOf({ steps, ...places }: RunPlaces, axis: PlaceAxis, step: number): number | undefined {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] as number) < step) low = middle + 1;
    else high = middle;
  }
  return steps[low] === step ? places[axis]?.[low] : undefined;
}

function secondsSince(start: string, end: string): number {
  return Math.max(0, (Date.parse(end) - Date.parse(start)) / 1_000);
}
