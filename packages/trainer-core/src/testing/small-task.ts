import { randomStream } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import type { Dataset, Samples } from "../data/dataset.js";
import { createPlanTrainer } from "../plan/create-plan-trainer.js";
import type { LocalTrainer } from "../training/local-trainer.js";

const NUM_FEATURES = 4;

/** Three clouds of points that overlap a little: learned in a few milliseconds. */
export function createSmallDataset(numTrain = 120): Dataset {
  return {
    name: "clouds",
    title: "three clouds",
    synthetic: true,
    sampleShape: [NUM_FEATURES],
    classNames: ["a", "b", "c"],
    train: draw("train", numTrain),
    val: draw("val", 60),
    test: draw("test", 60),
  };
}

/** A real trainer, of a model of 67 weights. */
export function createSmallTrainer(): LocalTrainer {
  return createPlanTrainer({
    inputShape: [NUM_FEATURES],
    layers: [
      { type: "dense", units: 8, activation: "relu" },
      { type: "dense", units: 3 },
    ],
  });
}

/** The samples of a split dealt out one by one. */
export function dealOut(numSamples: number, numClients: number): Uint32Array[] {
  const of = (client: number) =>
    Array.from({ length: numSamples }, (_, i) => i).filter((i) => i % numClients === client);
  return Array.from({ length: numClients }, (_, client) => Uint32Array.from(of(client)));
}

/** All events of one type. */
export function eventsOf<Type extends TrainingEvent["type"]>(events: readonly TrainingEvent[], type: Type) {
  return events.filter((event): event is Extract<TrainingEvent, { type: Type }> => event.type === type);
}

/** Events without what no two runs share: times, and how long things took. */
export function withoutTimes(events: readonly TrainingEvent[]): unknown[] {
  const timed = /^(timestamp|durationMs|durationSeconds|trainingDuration)$|^time\/|\/duration_ms$/;
  return JSON.parse(
    JSON.stringify(events, (key, value: unknown) => {
      if (timed.test(key)) return undefined;
      // JSON has no NaN, and null would equal any other null.
      return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
    }),
  );
}

function draw(split: string, numSamples: number): Samples {
  const random = randomStream(5, "clouds", split);
  const features = new Float32Array(numSamples * NUM_FEATURES);
  const labels = new Uint8Array(numSamples);
  for (let sample = 0; sample < numSamples; sample += 1) {
    const label = random.integer(3);
    labels[sample] = label;
    for (let i = 0; i < NUM_FEATURES; i += 1) {
      features[sample * NUM_FEATURES + i] = (i === label ? 1.5 : 0) + random.normal();
    }
  }
  return { numSamples, features, labels };
}
