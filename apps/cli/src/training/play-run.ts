import { type FedloomEvent, jsonCodec, toWireEvent } from "@fedloom/protocol";
import { createMetricsSender } from "@fedloom/sender/node";
import type { Trainer } from "@fedloom/trainer-core";
import type { FlagValues, Surroundings } from "../command.js";
import { printable } from "../printable.js";
import { relayOf } from "../relay-flags.js";
import { describeProgress } from "./describe-progress.js";

/** How long the last events may take to reach a relay that is there; a progress file has them in any case. */
const FLUSH_MS = 5_000;

export interface RunSinks {
  readonly runId: string;
  readonly experimentName: string;
  readonly values: FlagValues;
  readonly surroundings: Surroundings;
  readonly resolve: (path: string) => string;
}

/**
 * Trains to the end, and tells terminal, progress file and relay everything that happens.
 * @returns the exit code: 0 for a run that was completed, else 1.
 */
export async function playRun(trainer: Pick<Trainer, "run" | "stop">, sinks: RunSinks): Promise<number> {
  const { runId, experimentName, values, surroundings, resolve } = sinks;
  const { print, note, signal } = surroundings;
  const inMemory = values.isOn("no-progress-file");
  const directory = resolve(values.text("progress-dir") ?? "logs/progress");
  const sender = createMetricsSender({
    ...relayOf(values),
    runId,
    progressFile: inMemory ? false : { directory, experimentName },
  });
  const describe = values.isOn("json") ? toJson : describeProgress;
  const stop = () => trainer.stop("asked to stop");
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  let status: string | undefined;
  try {
    for await (const event of trainer.run()) {
      sender.send(event);
      const line = describe(event as FedloomEvent);
      if (line !== undefined) print(line);
      if (event.type === "training_end") status = event.data.status;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    const isThere = sender.state === "open";
    const arrived = await sender.close(isThere ? FLUSH_MS : 0);
    if (sender.failure !== undefined) note(printable(sender.failure));
    // Without a word of a relay nobody expects one to be there.
    if (!arrived && values.text("url") !== undefined && !isThere) {
      note(
        `no relay answered; ${inMemory ? "the events are lost" : `fedloom sync ${directory} brings the events to one`}`,
      );
    }
  }
  return status === "completed" ? 0 : 1;
}

function toJson(event: FedloomEvent): string {
  return jsonCodec.encode(toWireEvent(event));
}
