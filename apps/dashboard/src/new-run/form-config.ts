import { runConfig } from "@fedloom/protocol";

/** What is wrong with one field, in a sentence. */
export interface FieldProblem {
  field: string;
  message: string;
}

const NUMBERS = [
  "num_clients",
  "num_rounds",
  "dirichlet_alpha",
  "local_epochs",
  "batch_size",
  "learning_rate",
  "seed",
];
const REQUIRED = ["experiment_name", "num_clients", "num_rounds", "dirichlet_alpha", "seed"];

/**
 * Makes the config of `POST /api/runs`, in its wire form, of a form's fields. Optional fields that are
 * empty are left out; what the protocol refuses comes back as a problem of its field.
 */
export function configOfForm(
  form: Iterable<[string, unknown]>,
): { ok: true; config: Record<string, unknown> } | { ok: false; problem: FieldProblem } {
  const config: Record<string, unknown> = {};
  for (const [field, entry] of form) {
    const text = String(entry).trim();
    if (text === "" && REQUIRED.includes(field)) {
      const expected = NUMBERS.includes(field) ? "a number" : "a name";
      return { ok: false, problem: { field, message: problemSentence({ expected, received: "nothing" }) } };
    }
    if (text !== "") config[field] = NUMBERS.includes(field) ? Number(text) : text;
  }
  const decoded = runConfig.decode(config);
  if (decoded.ok) return { ok: true, config };
  const { field = "", expected, received, message } = decoded.error;
  return { ok: false, problem: { field, message: problemSentence({ expected, received, message }) } };
}

/** A sentence about a refused field: `Expected a number, received nothing.` */
export function problemSentence(problem: {
  expected?: string | undefined;
  received?: string | undefined;
  message?: string | undefined;
}): string {
  const { expected, received, message = "This cannot be used" } = problem;
  if (expected === undefined) return `${message}.`;
  return received === undefined ? `Expected ${expected}.` : `Expected ${expected}, received ${received}.`;
}
