import { metricPoint, type RunRecord } from "@fedloom/protocol";
import { ApiError } from "../api/errors.js";
import { getEvents } from "../api/events.js";
import { request } from "../api/request.js";
import { roundsAfter } from "../api/rounds.js";
import { runApiPath } from "../api/run-path.js";
import { getRun } from "../api/runs.js";
import { take } from "../api/take.js";
import type { ComparedRun, Started } from "./compared-run.js";
import { NO_PLACES, placesOfEpochs, type RunPlaces, withRounds } from "./run-places.js";

/** Most rounds whose places are kept. */
const MAX_ROUNDS = 20_000;
const MAX_POINTS = 10_000;

type About = Pick<ComparedRun, "record" | "places" | "started" | "error">;

/** Reads a run but for its lines, and of its rounds only those that came since. */
export async function readRun(runId: string, before: About | undefined, signal: AbortSignal): Promise<About> {
  try {
    const record = await getRun(runId, signal);
    const started = before?.started ?? (await readStart(runId, signal));
    const places = await readPlaces({ record, started, before: before?.places ?? NO_PLACES }, signal);
    return { record, started, places, error: undefined };
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    return { record: undefined, started: undefined, places: NO_PLACES, ...before, error: cause };
  }
}

async function readStart(runId: string, signal: AbortSignal): Promise<Started | undefined> {
  const { events } = await getEvents(runId, { after: 0, limit: 1, types: ["training_start"] }, signal);
  const event = events[0]?.event;
  if (event?.type !== "training_start") return undefined;
  const { model, dataset, backend, localEpochs = 1 } = event.data;
  return { localEpochs, about: { model, dataset, backend, local_epochs: event.data.localEpochs } };
}

async function readPlaces(
  { record, started, before }: { record: RunRecord; started: Started | undefined; before: RunPlaces },
  signal: AbortSignal,
): Promise<RunPlaces> {
  const { runId, mode, startedAt } = record;
  if (startedAt === undefined) return NO_PLACES;
  if (mode === "centralized") return placesOfEpochs(await readEpochs(runId, signal), startedAt);
  let places = before;
  const about = { startedAt, localEpochs: started?.localEpochs ?? 1 };
  for await (const rounds of roundsAfter(runId, places.steps.at(-1) ?? 0, signal)) {
    places = withRounds(places, rounds, about);
    if (places.steps.length >= MAX_ROUNDS) break;
  }
  return places;
}

async function readEpochs(runId: string, signal: AbortSignal) {
  const query = `of=run&phase=train&name=loss&name=num_samples&limit=${MAX_POINTS}`;
  const path = `${runApiPath(runId)}/metrics?${query}`;
  const answer = (await request(path, { signal })) as { points?: unknown[] };
  return (answer.points ?? []).map((point) => take(metricPoint.decode(point)));
}
