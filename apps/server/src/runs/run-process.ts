// One run in a process of its own: trains, and publishes through a sender like any stranger would.
import { createEvent, runConfig, type TrainingEvent } from "@fedloom/protocol";
import { createMetricsSender } from "@fedloom/sender/node";
import { formatDuration } from "@fedloom/trainer-core";
import { openFederatedRun } from "./open-federated-run.js";
import { type RunCommand, TRAINER_SOURCE } from "./run-messages.js";

/** How long the last events may take to reach the relay; a progress file has them in any case. */
const FLUSH_MS = 5_000;

// Ctrl-C reaches the whole process group; the server decides when this process stops.
process.on("SIGINT", () => {});

let stop: (reason: string) => void = () => {};

process.on("message", (command: RunCommand) => {
  if (command.type === "stop") stop(command.reason);
  else
    train(command).then(
      (succeeded) => process.exit(succeeded ? 0 : 1),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
});

async function train({ runId, config, relayUrl, progressDirectory }: Extract<RunCommand, { type: "start" }>) {
  const decoded = runConfig.decode(config);
  if (!decoded.ok) throw decoded.error;
  const { experimentName } = decoded.value;
  const sender = createMetricsSender({
    url: relayUrl,
    source: TRAINER_SOURCE,
    runId,
    progressFile: { directory: progressDirectory, experimentName },
  });
  const startedAt = performance.now();
  let stopReason: string | undefined;
  stop = (reason) => {
    stopReason = reason;
  };
  let ended = false;
  try {
    await using run = await openFederatedRun(runId, decoded.value);
    stop = run.stop;
    if (stopReason !== undefined) run.stop(stopReason);
    for await (const event of run.events) {
      ended ||= event.type === "training_end";
      sender.send(event);
    }
    return true;
  } catch (error) {
    if (!ended) for (const event of failure(runId, experimentName, error, startedAt)) sender.send(event);
    return false;
  } finally {
    await sender.close(FLUSH_MS);
  }
}

/** The events of a run that could not begin, or broke where the trainer could not say so itself. */
function failure(runId: string, experimentName: string, error: unknown, startedAt: number): TrainingEvent[] {
  const durationSeconds = (performance.now() - startedAt) / 1_000;
  const message = error instanceof Error ? error.message : String(error);
  return [
    createEvent("error", { runId, error: message, errorType: "training_error", fatal: true }),
    createEvent("training_end", {
      runId,
      status: "failed",
      experimentName,
      trainingDuration: formatDuration(durationSeconds),
      durationSeconds,
      finalMetrics: {},
    }),
  ];
}
