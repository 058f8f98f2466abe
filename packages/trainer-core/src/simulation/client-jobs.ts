import type { ClientTask, Update, WeightsLayout } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";
import type { ClientReport, PoolRound } from "../federated/client-pool.js";
import type { ClientState, ClientStates } from "../federated/client-states.js";
import type { Foreman } from "./foreman.js";
import type { Job } from "./job-call.js";
import { privateSize } from "./private-tensors.js";
import { bytesOf, needsState, type SharedRound } from "./train-client.js";
import type { SlotVectors, TrainedMessage } from "./worker-messages.js";

/** What jobs of clients need of their pool. */
export interface ClientJobsContext {
  readonly layout: WeightsLayout;
  readonly foreman: Foreman;
  readonly states: ClientStates;
  /** The client's place among the shares. */
  placeOf(clientId: string): number;
}

export interface TrainJob extends Job {
  readonly task: ClientTask;
}

export interface EvaluateJob extends Job {
  readonly clientId: string;
}

/** @param round Its arrays in shared memory. */
export function trainJob(context: ClientJobsContext, task: ClientTask, round: SharedRound): TrainJob {
  const { clientId, config } = task;
  return {
    task,
    order(at) {
      const place = context.placeOf(clientId);
      const message = { ...at, kind: "train" as const, clientId, place, config, round };
      if (!needsState(context.layout, task)) return () => ({ ...message, kept: [] });
      return context.states
        .get(clientId, round.round)
        .then((state) => (vectors) => ({ ...message, kept: writeState(vectors, state) }));
    },
  };
}

/** @param of Its weights in shared memory. */
export function evaluateJob(
  context: ClientJobsContext,
  clientId: string,
  of: { readonly round: number; readonly globalWeights: Float32Array },
): EvaluateJob {
  return {
    clientId,
    order(at) {
      const place = context.placeOf(clientId);
      const { globalWeights } = of;
      const message = { ...at, kind: "evaluate" as const, clientId, place, globalWeights };
      if (privateSize(context.layout) === 0) return () => ({ ...message, kept: [] });
      // What the client has kept up to now: of the round whose weights it evaluates, too.
      return context.states.get(clientId, of.round + 1).then((state) => (vectors) => ({
        ...message,
        kept: writeState(vectors, state?.private ? { private: state.private } : undefined),
      }));
    },
  };
}

/** Has workers train, keeps what clients keep, and reports. */
export async function* trainReports(
  context: ClientJobsContext,
  round: PoolRound,
  jobs: readonly TrainJob[],
): AsyncGenerator<ClientReport, void, undefined> {
  const { foreman, layout, states } = context;
  const bytesDown = bytesOf(layout, round.broadcast);
  const { signal, borrowsUpdates: lendsVectors = false } = round;
  for await (const event of foreman.run(jobs, { signal, lendsVectors })) {
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
      if (signal.aborted) return;
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
  const beside = done.vectors.map((name) => [name, vectors[`vectors.${name}`] as Float32Array]);
  return {
    clientId,
    round: round.round,
    layout,
    form: "weights",
    values: vectors.values as Float32Array,
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
