// A finished run of many rounds and clients in a server's database, published as any program would.
import { setTimeout as delay } from "node:timers/promises";
import { createMetricsSender } from "@fedloom/sender/node";

/** Publishes it and waits until all of it is stored; answers its id and the number of its events. */
export async function fillRun({ relayUrl, rounds, clients, directory }) {
  const sender = createMetricsSender({ url: relayUrl, progressFile: { directory, fsync: "never" } });
  const clientIds = Array.from({ length: clients }, (_, index) => `site-${String(index).padStart(3, "0")}`);
  let numEvents = 2;
  sender.sendTrainingMode({ isFederated: true, numRounds: rounds, numClients: clients });
  sender.sendTrainingStart({
    experimentName: "read often",
    trainingMode: "federated",
    numClients: clients,
    numRounds: rounds,
    strategy: "fedavg",
  });
  for (let round = 1; round <= rounds; round++) {
    const loss = 1 / round;
    sender.sendRoundStart({ round, totalRounds: rounds, participatingClients: clients });
    for (const [index, clientId] of clientIds.entries()) {
      sender.sendClientComplete({
        round,
        clientId,
        numSamples: 400 + index,
        metrics: { train_loss: loss + index / 1_000, train_accuracy: 1 - loss / 2 },
        durationMs: 900 + index,
        bytesUp: 54_568,
        bytesDown: 54_568,
        status: "ok",
      });
    }
    const common = { round, totalRounds: rounds };
    sender.sendRoundEnd({
      ...common,
      fitMetrics: { train_loss: loss },
      evalMetrics: { val_loss: loss },
      durationMs: 1_000,
    });
    sender.sendRoundMetrics({ ...common, metrics: { loss, accuracy: 1 - loss / 2, auroc: 1 - loss / 4 } });
    numEvents += clients + 3;
    // The spool is read while it is written; the relay's pace is the slower one.
    while (sender.counters.pending > 20_000) await delay(20);
  }
  const { runId } = sender;
  sender.sendTrainingEnd({
    status: "completed",
    experimentName: "read often",
    bestRound: rounds,
    totalRounds: rounds,
    trainingDuration: "0:16:40",
    durationSeconds: 1_000,
    finalMetrics: { val_loss: 1 / rounds },
  });
  if (!(await sender.close(120_000))) throw new Error("the run did not get into the database");
  return { runId, numEvents: numEvents + 1 };
}
