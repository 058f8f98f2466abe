import { createEvent, MAX_TEXT_LENGTH, type TrainingEvent } from "@fedloom/protocol";
import { createMetricsSender, type MetricsSender } from "@fedloom/sender/node";
import { formatDuration } from "@fedloom/trainer-core";
import { type RunCommand, trainerSource } from "../run-messages.js";

export interface RunVoiceOptions {
  readonly command: RunCommand;
  readonly experimentName: string;
  readonly attempt: number;
}

/** What a run's process says: the trainer's events, and lines for whoever runs the server. */
export class RunVoice {
  readonly sender: MetricsSender;
  readonly #options: RunVoiceOptions;
  readonly #startedAt = performance.now();
  /** Lines that wait for the trainer's first words. */
  #lines: TrainingEvent[] | undefined = [];

  constructor(options: RunVoiceOptions) {
    const { command, experimentName, attempt } = options;
    const { runId, relayUrl, token, progressDirectory: directory } = command;
    this.#options = options;
    this.sender = createMetricsSender({
      url: relayUrl,
      ...(token !== undefined && { token }),
      runId,
      source: trainerSource(attempt),
      // What an earlier attempt could not bring to the relay any more comes with this one.
      progressFile: { directory, experimentName, ...(attempt > 1 && { leftoversOf: runId }) },
    });
  }

  tell(event: TrainingEvent): void {
    this.sender.send(event);
    // A viewer has to hear first which kind of run this is.
    if (event.type === "training_start" || event.type === "training_end") this.#tellLines();
  }

  log(level: "info" | "warning" | "error", text: string): void {
    const { command, attempt } = this.#options;
    const message = text.slice(0, MAX_TEXT_LENGTH);
    const line = createEvent("log", { runId: command.runId, level, message, attempt });
    if (this.#lines) this.#lines.push(line);
    else this.sender.send(line);
  }

  /** The end of a run that could not begin, or broke where the trainer could not say so itself. */
  fail(error: unknown): void {
    const { command, experimentName } = this.#options;
    const { runId } = command;
    const durationSeconds = (performance.now() - this.#startedAt) / 1_000;
    const message = error instanceof Error ? error.message : String(error);
    const text = message.slice(0, MAX_TEXT_LENGTH);
    this.#tellLines();
    this.sender.send(createEvent("error", { runId, error: text, errorType: "training_error", fatal: true }));
    this.sender.send(
      createEvent("training_end", {
        runId,
        status: "failed",
        experimentName,
        trainingDuration: formatDuration(durationSeconds),
        durationSeconds,
        finalMetrics: {},
      }),
    );
  }

  #tellLines(): void {
    for (const line of this.#lines ?? []) this.sender.send(line);
    this.#lines = undefined;
  }
}
