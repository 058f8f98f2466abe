import { checkWireEvent, type TrainingEvent, toWireEvent } from "@fedloom/protocol";

/** One letter per event, so that an order of events is a regular language. */
const letters: Readonly<Record<TrainingEvent["type"], string>> = {
  training_mode: "M",
  training_start: "S",
  epoch_start: "E",
  epoch_end: "F",
  round_start: "R",
  client_progress: "p",
  client_complete: "c",
  round_end: "Q",
  round_metrics: "V",
  metrics: "m",
  early_stopping: "s",
  checkpoint: "k",
  error: "e",
  training_end: "T",
  // Said by others than the trainer.
  run_state: "r",
  log: "l",
};

// A step may begin with errors of callbacks (a learning-rate schedule that throws) and end with more of them; only the
// last step that is closed may stop the run early.
const closing = "e*s?e*k*e*k*";
const round = `e*R[pc]*e*m+QV${closing}`;
const epoch = `e*EFF?m+${closing}`;
/** A step that was left half-way, when the run was stopped or broke. */
const leftRound = "(e*R[pc]*e*m*)?e?";
const leftEpoch = "(e*EF*m*)?e?";

const orders = {
  federated: new RegExp(`^MS(${round})*${leftRound}T$`),
  centralized: new RegExp(`^MS(${epoch})*${leftEpoch}T$`),
} as const;

/**
 * Says what is wrong with a run's events, if anything: their schemas, their order, the numbers of rounds and epochs,
 * that each client answers once a round, and that the end agrees with what came before.
 */
export function grammarFault(
  events: readonly TrainingEvent[],
  {
    overlapping = false,
  }: { /** Clients may answer in a later round, or never. */ readonly overlapping?: boolean } = {},
): string | undefined {
  const start = events[1];
  const mode = start?.type === "training_start" ? start.data.trainingMode : "federated";
  const order = events.map(({ type }) => letters[type]).join("");
  if (!orders[mode].test(order)) return `order of events: ${order}`;
  return (
    firstFault(events, schemaFault) ??
    stepFault(events) ??
    phaseFault(events) ??
    clientFault(events, overlapping) ??
    runFault(events) ??
    endFault(events)
  );
}

/** Rounds and epochs are counted on by one, and every event between is of the one that it stands in. */
function stepFault(events: readonly TrainingEvent[]): string | undefined {
  let current: number | undefined;
  return firstFault(events, (event) => {
    if (event.type === "round_start" || event.type === "epoch_start") {
      const next = "round" in event.data ? event.data.round : event.data.epoch;
      const fault =
        current !== undefined && next !== current + 1 ? `${event.type} ${next} after ${current}` : undefined;
      current = next;
      return fault;
    }
    const { round: ofRound, epoch: ofEpoch } = event.data as { round?: number; epoch?: number };
    const step = ofRound ?? ofEpoch;
    return step === undefined || step === current ? undefined : `${event.type} of ${step} within ${current}`;
  });
}

/** An epoch ends for training data first, then for validation data. */
function phaseFault(events: readonly TrainingEvent[]): string | undefined {
  let next = "train";
  return firstFault(events, ({ type, data }) => {
    if (type === "epoch_start") next = "train";
    if (type !== "epoch_end") return undefined;
    const fault = data.phase === next ? undefined : `epoch_end: ${data.phase} before ${next}`;
    next = "val";
    return fault;
  });
}

/** Every client completes at most once a round, and once if it was picked and the round was closed. */
function clientFault(events: readonly TrainingEvent[], overlapping: boolean): string | undefined {
  let picked = new Set<string>();
  let heard = new Set<string>();
  return firstFault(events, ({ type, data }) => {
    if (type === "round_start") {
      picked = new Set(data.clientIds);
      heard = new Set();
      return picked.size === data.participatingClients ? undefined : "round_start: clients named twice";
    }
    if (type === "client_complete") {
      if (heard.has(data.clientId)) return `client_complete: ${data.clientId} twice in round ${data.round}`;
      heard.add(data.clientId);
      if (data.status === "ok" && !picked.has(data.clientId))
        return `client_complete: ${data.clientId} was not picked`;
      return (data.error === undefined) === (data.status === "ok")
        ? undefined
        : "client_complete: status and error";
    }
    if (type === "round_end" && !overlapping) {
      const missing = [...picked].find((clientId) => !heard.has(clientId));
      return missing && `round_end: nothing was heard of ${missing}`;
    }
    return undefined;
  });
}

/** One run, whose only fatal error is the one before its end. */
function runFault(events: readonly TrainingEvent[]): string | undefined {
  const runId = events[0]?.data.runId;
  return firstFault(events, (event, i) => {
    if (event.data.runId !== runId) return `${event.type}: run ${event.data.runId} within ${runId}`;
    if (event.type === "error" && event.data.fatal && i !== events.length - 2)
      return "fatal error within the run";
    return undefined;
  });
}

function endFault(events: readonly TrainingEvent[]): string | undefined {
  const end = events.at(-1);
  if (end?.type !== "training_end") return "no training_end";
  const { status, totalRounds, totalEpochs } = end.data;
  const before = events.at(-2);
  const isFatal = before?.type === "error" && before.data.fatal;
  if (isFatal !== (status === "failed"))
    return `training_end: ${status} ${isFatal ? "after" : "without"} a fatal error`;
  const closed = events.findLast(({ type }) => type === "round_end" || type === "epoch_end");
  const reached =
    closed && ("round" in closed.data ? closed.data.round : (closed.data as { epoch: number }).epoch);
  const said = totalRounds ?? totalEpochs;
  if (status === "completed" && reached !== undefined && said !== reached) {
    return `training_end: ${said} rounds or epochs, reached ${reached}`;
  }
  return undefined;
}

function schemaFault(event: TrainingEvent): string | undefined {
  const checked = checkWireEvent(JSON.parse(JSON.stringify(toWireEvent(event))));
  return checked.ok ? undefined : checked.error.message;
}

function firstFault(
  events: readonly TrainingEvent[],
  faultOf: (event: TrainingEvent, i: number) => string | undefined,
): string | undefined {
  for (const [i, event] of events.entries()) {
    const fault = faultOf(event, i);
    if (fault !== undefined) return `event ${i}: ${fault}`;
  }
  return undefined;
}
