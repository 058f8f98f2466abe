import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type FedloomEvent, jsonCodec, toWireEvent } from "@fedloom/protocol";
import { createMetricsSender } from "@fedloom/sender/node";
import type { Trainer } from "@fedloom/trainer-core";
import type { FlagValues, Surroundings } from "../command.js";
import { CliError } from "../errors.js";
import { printable } from "../printable.js";
import { relayOf } from "../relay-flags.js";
import { createProgressDescriber } from "./describe-progress.js";
import { makeFolder } from "./make-folder.js";
import type { RunOutputs, TrainedModel } from "./run-outputs.js";
import { terminalWidth } from "./terminal-width.js";

/**
 * How long the last events may take to reach a relay, by the state of the connection: a short run may be over before it
 * is open. A progress file has them in any case.
 */
const FLUSH_MS = { open: 5_000, connecting: 2_000, waiting: 0, closed: 0 } as const;

export interface RunSinks {
  readonly runId: string;
  readonly experimentName: string;
  readonly values: FlagValues;
  readonly surroundings: Surroundings;
  readonly resolve: (path: string) => string;
  readonly outputs: RunOutputs;
  readonly trained: TrainedModel;
  /** Rounds or epochs that were asked for. */
  readonly numSteps: number;
}

/** What of a run's events decides how the command ends. */
interface Course {
  status: string | undefined;
  /** Rounds or epochs that are closed. */
  step: number;
  /** Whether the last checkpoint could not be written. */
  isUnsaved: boolean;
}

/**
 * Trains to the end, and tells terminal, progress file and relay everything that happens.
 * @returns the exit code: 0 for a run that was completed and has left what it was asked for, else 1.
 */
export async function playRun(
  trainer: Pick<Trainer, "run" | "stop" | "weights">,
  sinks: RunSinks,
): Promise<number> {
  const { runId, values, surroundings, outputs, trained, numSteps } = sinks;
  const { print, note, signal, environment } = surroundings;
  const directory = progressFolder(sinks);
  const { checkpoints } = outputs;
  const going = outputs.goesOn(trained.unit, numSteps);
  if (going !== undefined) note(going);
  checkpoints?.clear();
  const sender = openSender(sinks, directory);
  const describe = values.isOn("json") ? toJson : createProgressDescriber(terminalWidth(environment));
  const stop = () => trainer.stop("asked to stop");
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  const course: Course = { status: undefined, step: checkpoints?.resume?.step ?? 0, isUnsaved: false };
  let modelFolder: string | undefined;
  let code = 1;
  try {
    for await (const event of trainer.run()) {
      sender.send(event);
      const line = describe(event as FedloomEvent);
      if (line !== undefined) print(line);
      follow(course, event as FedloomEvent);
    }
    const { status = "failed", step } = course;
    if (status !== "failed") modelFolder = outputs.export(trainer, trained, { runId, step, status });
    code = status === "completed" && !course.isUnsaved ? 0 : 1;
  } finally {
    signal.removeEventListener("abort", stop);
    const isThere = sender.state === "open";
    const arrived = await sender.close(FLUSH_MS[sender.state]);
    if (sender.failure !== undefined) {
      const where = directory ? progressFile(directory, runId) : "events";
      note(printable(`${where}: events are missing: ${sender.failure}`));
    }
    // Without a word of a relay nobody expects one to be there.
    if (!arrived && values.text("url") !== undefined && !isThere) {
      const rest = directory ? `fedloom sync ${directory} brings them to one` : "the rest is lost";
      note(`no relay has all events; ${rest}`);
    }
  }
  const places = {
    events: directory && progressFile(directory, runId),
    checkpoints: checkpoints?.folder,
    model: modelFolder,
  };
  // Standard output is for events then.
  const say = values.isOn("json") ? note : print;
  for (const line of describePlaces(runId, places)) say(line);
  return code;
}

function follow(course: Course, { type, data }: FedloomEvent): void {
  if (type === "training_end") course.status = data.status;
  if (type === "checkpoint" && !data.isBest) course.isUnsaved = false;
  if (type === "error" && data.errorType === "checkpoint_failed") course.isUnsaved = true;
  if (type === "round_end" && data.clientId === undefined) course.step = data.round;
  if (type === "epoch_end") course.step = data.epoch;
}

function openSender({ runId, experimentName, values }: RunSinks, directory: string | undefined) {
  const progressFile = directory === undefined ? (false as const) : { directory, experimentName };
  return createMetricsSender({ ...relayOf(values), runId, progressFile });
}

/** Where events are kept; undefined for nowhere. A folder that the user named has to be one. */
function progressFolder({ values, resolve, surroundings }: RunSinks): string | undefined {
  if (values.isOn("no-progress-file")) return undefined;
  const given = values.text("progress-dir");
  const directory = resolve(given ?? "logs/progress");
  try {
    makeFolder(directory);
    return directory;
  } catch (error) {
    if (given !== undefined || !(error instanceof CliError)) throw error;
    surroundings.note(`${error.message}; events are kept in memory only`);
    return undefined;
  }
}

/** The sender makes a name of its own of the experiment's. */
function progressFile(directory: string, runId: string): string {
  const name = readdirSync(directory).find((each) => each.endsWith(`_${runId}.jsonl`));
  return name === undefined ? directory : join(directory, name);
}

function describePlaces(runId: string, places: Readonly<Record<string, string | undefined>>): string[] {
  const lines = Object.entries({ run: runId, ...places });
  return lines.flatMap(([what, path]) =>
    path === undefined ? [] : [`${what.padEnd(11)} ${printable(path)}`],
  );
}

function toJson(event: FedloomEvent): string {
  return jsonCodec.encode(toWireEvent(event));
}
