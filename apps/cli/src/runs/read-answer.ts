import { type RunRecord, runRecord } from "@fedloom/protocol";
import { CliError } from "../errors.js";
import { printable } from "../printable.js";

/** A run as the server answers it. */
export function readRun(answer: unknown): RunRecord {
  const run = runRecord.decode(answer);
  if (run.ok) return run.value;
  return refuse(run.error.message);
}

/** A list in the field `name` of an answer. */
export function readList(answer: unknown, name: string): readonly unknown[] {
  const list = (Object(answer) as Record<string, unknown>)[name];
  return Array.isArray(list) ? list : refuse(`${name}: expected a list`);
}

function refuse(why: string): never {
  const message = `the server answered something else than expected (${printable(why)}); is it of another version?`;
  throw new CliError("server_refused", message);
}
