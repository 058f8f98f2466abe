import type { ClientTask, Update, WeightsLayout } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";
import type { ClientReport, PoolRound } from "../federated/client-pool.js";
import type { ClientState, ClientStates } from "../federated/client-states.js";
import type { Crew } from "./crew.js";
import { privateSize } from "./private-tensors.js";
import { type Job, type RunJobsOptions, runJobs } from "./run-jobs.js";
import { bytesOf, needsState } from "./train-client.js";
import type { SlotVectors, TrainedMessage } from "./worker-messages.js";

/** What jobs of clients need of their pool. */
export interface ClientJobsContext {
  readonly layout: WeightsLayout;
  readonly crew: Crew;
  readonly states: ClientStates;
  readonly limits: Omit<RunJobsOptions, "signal">;
  /** The client's place among the shares. */
  placeOf(clientId: string): number;
}

export interface TrainJob extends Job {
  readonly task: ClientTask;
}

export interface EvaluateJob extends Job {
  readonly clientId: string;
}

export function trainJob(context: ClientJobsContext, task: ClientTask, round: number): TrainJob {
  const { clientId, config } = task;
  return {
    task,
    order(at, vectors) {
      const place = context.placeOf(clientId);
      const message = { ...at, kind: "train" as const, clientId, place, config };
      if (!needsState(context.layout, task)) return { ...message, kept: [] };
      return context.states
        .get(clientId, round)
        .then((state) => ({ ...message, kept: writeState(vectors, state) }));
    },
  };
}

export function evaluateJob(context: ClientJobsContext, clientId: string, round: number): EvaluateJob {
  return {
    clientId,
    order(at, vectors) {
      const place = context.placeOf(clientId);
      const message = { ...at, kind: "evaluate" as const, clientId, place };
      if (privateSize(context.layout) === 0) return { ...message, kept: [] };
      // What the client has kept up to now: of the round whose weights it evaluates, too.
      return context.states.get(clientId, round + 1).then((state) => ({
        ...message,
        kept: writeState(vectors, state?.private ? { private: state.private } : undefined),
      }));
    },
  };
}

/** Has the crew train, keeps what clients keep, and reports. */
export async function* trainReports(
  context: ClientJobsContext,
  round: PoolRound,
  jobs: readonly TrainJob[],
): AsyncGenerator<ClientReport, void, undefined> {
  const { crew, layout, limits, states } = context;
  const bytesDown = bytesOf(layout, round.broadcast);
  for await (const event of runJobs(crew, jobs, { ...limits, signal: round.signal })) {
    const { clientId, config } = event.job.task;
    if (event.kind === "progress") {
      const { epoch, learningRate, loss, accuracy } = event.progress;
      const totalEpochs = config.epochs;
      yield { kind: "progress", clientId, epoch, totalEpochs, learningRate, loss, accuracy };
    } else if (event.kind === "failed") {
      const { status, error, durationMs } = event;
      yield { kind: "failed", clientId, status, error, durationMs, bytesDown };
    } else if (event.done.kind === "trained") {
      const { done, vectors } = event;
      const { durationMs } = done;
      const error = await keepState(states, { clientId, round: round.round, done, vectors });
      if (round.signal.aborted) return;
      if (error) yield { kind: "failed", clientId, status: "failed", error, durationMs, bytesDown };
      else {
        const update = updateOf({ clientId, round, layout, done, vectors });
        yield { kind: "update", update, durationMs, bytesDown, bytesUp: bytesOf(layout, update.vectors) };
      }
    }
  }
}

interface Returned {
  readonly clientId: string;
  readonly done: TrainedMessage;
  readonly vectors: SlotVectors;
}

function updateOf({
  clientId,
  round,
  layout,
  done,
  vectors,
}: Returned & { round: PoolRound; layout: WeightsLayout }): Update {
  const { numSamples, numSteps, metrics, startedFresh } = done;
  // A round that does not say that it is done with the values gets its own.
  const lend = (vector: Float32Array) => (round.borrowsUpdates ? vector : vector.slice());
  const beside = done.vectors.map((name) => [name, lend(vectors[`vectors.${name}`] as Float32Array)]);
  return {
    clientId,
    round: round.round,
    layout,
    form: "weights",
    values: lend(vectors.values as Float32Array),
    numSamples,
    numSteps,
    metrics,
    ...(beside.length > 0 ? { vectors: Object.fromEntries(beside) } : {}),
    ...(startedFresh === undefined ? {} : { startedFresh }),
  };
}

/** Keeps what a client has left in its slot; gives what went wrong. */
async function keepState(
  states: ClientStates,
  { clientId, round, done, vectors }: Returned & { round: number },
): Promise<string | undefined> {
  if (done.kept.length === 0) return undefined;
  const state = Object.fromEntries(
    done.kept.map((name) => [name, (vectors[`state.${name}`] as Float32Array).slice()]),
  );
  try {
    await states.set(clientId, round, state);
    return undefined;
  } catch (error) {
    return `client state: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Writes a state into a slot, and gives the names of its vectors. */
function writeState(vectors: SlotVectors, state: ClientState | undefined): string[] {
  for (const [name, vector] of Object.entries(state ?? {})) {
    const place = vectors[`state.${name}`];
    if (place?.length === vector.length) place.set(vector);
    else {
      const expected = place ? `${place.length} elements` : "no such vector";
      throw new TrainerError(
        "invalid_checkpoint",
        `client state: ${name}: expected ${expected}, got ${vector.length} elements`,
      );
    }
  }
  return Object.keys(state ?? {});
}
