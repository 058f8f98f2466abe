import type { RunView } from "../../live/run-view.js";

/** Why updates did not count: one cause with who it befell. */
export interface Cause {
  status: "rejected" | "failed" | "timeout";
  error: string;
  number: number;
  /** The newest of them, the newest first. */
  examples: readonly { round: number; clientId: string }[];
}

const MAX_EXAMPLES = 5;

/** The causes for which updates did not count in the rounds whose clients are known, the most frequent first. */
export function causes(clients: RunView["clients"]): Cause[] {
  const found = new Map<
    string,
    { cause: Omit<Cause, "examples">; examples: { round: number; clientId: string }[] }
  >();
  for (const [round, ofRound] of clients) {
    for (const { clientId, status, error = "no reason was given" } of ofRound.values()) {
      if (status !== "rejected" && status !== "failed" && status !== "timeout") continue;
      const key = `${status} ${error}`;
      const entry = found.get(key) ?? { cause: { status, error, number: 0 }, examples: [] };
      found.set(key, entry);
      entry.cause.number += 1;
      entry.examples.unshift({ round, clientId });
      entry.examples.length = Math.min(entry.examples.length, MAX_EXAMPLES);
    }
  }
  return [...found.values()]
    .map(({ cause, examples }) => ({ ...cause, examples }))
    .sort((one, other) => other.number - one.number);
}
