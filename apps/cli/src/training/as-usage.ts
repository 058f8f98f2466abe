import { CliError } from "../errors.js";

/** What the libraries throw for something that a flag has brought. */
const CODES = new Set(["invalid_option", "model_unknown", "unknown_strategy", "invalid_model"]);

/** Flags by the options that they set, where the names differ by more than their spelling. */
const FLAG_OF: Readonly<Record<string, string>> = {
  numClients: "clients",
  numRounds: "rounds",
  numEpochs: "epochs",
};
const SAME =
  /^(alpha|shardsPerClient|classesPerClient|minSize|maxTries|exponent|groups|noise|rotation|strategy|model)$/;

/** Has what a library refuses of the command line count as a wrong command line, and name the flag. */
export function asUsage<Result>(attempt: () => Result): Result {
  try {
    return attempt();
  } catch (error) {
    throw usageOrSame(error);
  }
}

/** What to throw in the place of an error: see `asUsage`. */
export function usageOrSame(error: unknown): unknown {
  if (!(error instanceof Error && CODES.has(String((error as { code?: unknown }).code)))) return error;
  const message = error.message.replace(/^\w+(?=:)/, flagNamed).replace(/, got /, ", received ");
  return new CliError("usage", message, { cause: error });
}

function flagNamed(field: string): string {
  const flag = FLAG_OF[field] ?? (SAME.test(field) ? field : undefined);
  return flag === undefined ? field : `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
