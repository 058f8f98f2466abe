import { type Catalog, runConfig } from "@fedloom/protocol";
import { describedOptions } from "./described-options.js";
import { configOf, type Draft } from "./draft.js";
import { problemOf } from "./option-problem.js";
import { problemSentence } from "./problem-sentence.js";
import { valueAt } from "./wire-config.js";

/** What is wrong, in a sentence, by the path of the field. */
export type Problems = Readonly<Record<string, string>>;

/** What can be told to be wrong before the server is asked. */
export function problemsOf(draft: Draft, catalog: Catalog): Problems {
  const config = configOf(draft);
  const problems: Record<string, string> = {};
  if (draft.source !== "made-up" && config.data_path === undefined) {
    problems.data_path =
      draft.source === "path" ? "Expected a path, received nothing." : "Expected a file, received nothing.";
  }
  for (const { path, options } of describedOptions(config, catalog)) {
    for (const option of options) {
      const at = path ? `${path}.${option.name}` : option.name;
      const problem = problemOf(option, valueAt(config, at));
      if (problem !== undefined) problems[at] = problem;
    }
  }
  if (Object.keys(problems).length > 0) return problems;
  const decoded = runConfig.decode(config);
  if (decoded.ok) return problems;
  const { field = "", ...refusal } = decoded.error;
  return { [fieldPath(field)]: problemSentence({ ...refusal, message: decoded.error.message }) };
}

/** A field as this form calls it: the server may name an option as the library does, in camelCase. */
export function fieldPath(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The field of the form that a problem belongs to: its own, or the one that holds it. */
export function nearestField(path: string, fields: readonly string[]): string | undefined {
  const keys = path.split(".");
  for (let length = keys.length; length > 0; length -= 1) {
    const name = keys.slice(0, length).join(".");
    if (fields.includes(name)) return name;
  }
  return undefined;
}
