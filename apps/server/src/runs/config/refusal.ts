import { StrategyError } from "@fedloom/fl-strategy";
import { toSnakeCase } from "@fedloom/protocol";
import { TrainerError } from "@fedloom/trainer-core";
import { ServerError } from "../../errors.js";

/** What is wrong with a field of a run's config, by its name on the wire. */
export function refuseField(field: string, expected: string, received: unknown): never {
  const got = typeof received === "string" ? received : JSON.stringify(received);
  const text = (got ?? "nothing").slice(0, 200);
  const message = `${field}: expected ${expected}, received ${text}`;
  throw new ServerError("config_invalid", message, { field, expected, received: text });
}

/** Codes of errors whose cause is what somebody asked for. */
const ASKED = new Set([
  "invalid_option",
  "unknown_strategy",
  "model_unknown",
  "invalid_model",
  "partition_failed",
]);
const NAMED = /^(?:(.+?): )?expected (.+), got (.+)$/s;
/** An option's own name, at the end of what stands before the colon. */
const OPTION = /(?:^|: |\.)([a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*)$/;

/** Options that have a field of their own, whatever they come with. */
const OWN_FIELDS: Readonly<Record<string, string>> = {
  alpha: "dirichlet_alpha",
  numClients: "num_clients",
  partition: "partition",
  numRounds: "num_rounds",
  numEpochs: "num_epochs",
  seed: "seed",
  model: "model",
  "train.batchSize": "batch_size",
  "train.learningRate": "learning_rate",
  "train.epochs": "local_epochs",
};

/** What a library refuses is said of the field of the wire that brought it. */
export function refusingAs<Result>(field: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    throw asRefusal(field, error);
  }
}

/** What to throw in the place of an error: the same, unless a library has refused what somebody asked for. */
export function asRefusal(field: string, error: unknown): unknown {
  if (!(error instanceof StrategyError || error instanceof TrainerError)) return error;
  if (!ASKED.has(error.code)) return error;
  const [, path = "", expected, received] = NAMED.exec(error.message) ?? [];
  if (expected === undefined || received === undefined) {
    return new ServerError("config_invalid", `${field}: ${error.message}`, { field, cause: error });
  }
  // "fields among …": the option has no name that is known.
  const option = / among |used once/.test(expected) ? undefined : OPTION.exec(path)?.[1];
  const name = option?.startsWith(`${field}.`) ? option.slice(field.length + 1) : option;
  const own = name !== undefined && Object.hasOwn(OWN_FIELDS, name) ? OWN_FIELDS[name] : undefined;
  const at = own ?? (name === undefined || name === field ? field : `${field}.${toSnakeCase(name)}`);
  const got = received.replace(/^undefined$/, "nothing");
  const message = `${at}: expected ${expected}, received ${got}`;
  return new ServerError("config_invalid", message, { field: at, expected, received: got, cause: error });
}
