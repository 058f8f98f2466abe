import { createEvent, type EventInput, type FedloomEvent, type TrainingEventType } from "@fedloom/protocol";

export const RUN_ID = "01JD0000000000000000000000";
const STARTED = Date.parse("2026-11-20T10:00:00.000Z");

type WithoutRunId<Type extends TrainingEventType> = Omit<EventInput<Type>, "runId">;

/** Makes events of one run and source, numbered from 1, one second apart. */
export function createEventMaker(source = "trainer", epoch = "first") {
  let seq = 0;
  return <Type extends TrainingEventType>(type: Type, data: WithoutRunId<Type>): FedloomEvent => {
    seq += 1;
    const now = () => new Date(STARTED + (seq - 1) * 1_000);
    const event = createEvent(type, { runId: RUN_ID, ...data } as unknown as EventInput<Type>, now);
    return { ...(event as FedloomEvent), meta: { source, seq, offset: seq, epoch } } as FedloomEvent;
  };
}

/** Events of a run that completes: `numRounds` rounds with two clients. */
export function completedRun(numRounds = 2): FedloomEvent[] {
  const make = createEventMaker();
  const events = [
    make("training_mode", { isFederated: true, numRounds, numClients: 2 }),
    make("training_start", {
      experimentName: "pneumonia",
      trainingMode: "federated",
      numRounds,
      numClients: 2,
    }),
  ];
  for (let round = 1; round <= numRounds; round += 1) {
    const place = { round, totalRounds: numRounds };
    events.push(make("round_start", { ...place, participatingClients: 2, clientIds: ["a", "b"] }));
    for (const clientId of ["a", "b"]) {
      const progress = { localEpoch: 1, totalLocalEpochs: 1, trainLoss: 0.5 / round, learningRate: 0.01 };
      events.push(make("client_progress", { round, clientId, ...progress }));
      const bytes = { bytesUp: 10, bytesDown: 10 };
      const result = { numSamples: 100, metrics: { train_loss: 0.4 / round }, durationMs: 50, ...bytes };
      events.push(make("client_complete", { round, clientId, ...result, status: "ok" }));
    }
    const fitMetrics = { train_loss: 0.4 / round };
    events.push(
      make("round_end", { ...place, fitMetrics, evalMetrics: { val_loss: 0.3 / round }, durationMs: 900 }),
    );
    const metrics = { loss: 0.3 / round, auroc: 0.9 + round / 100, test_auroc: 0.8 + round / 100 };
    events.push(make("round_metrics", { ...place, metrics }));
  }
  const end = { status: "completed" as const, experimentName: "pneumonia", trainingDuration: "0:00:20" };
  events.push(make("training_end", { ...end, durationSeconds: 20, finalMetrics: { test_auroc: 0.82 } }));
  return events;
}
