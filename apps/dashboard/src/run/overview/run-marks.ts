import type { ChartMark } from "../../charts/chart-props.js";
import type { RunView } from "../../live/run-view.js";
import { bestValidation, headlineOf } from "./headline.js";

/** What happened to the run, by the round in which it did: one mark for each round and kind. */
export function runMarks(
  view: Pick<RunView, "attempts" | "rounds" | "errors"> & {
    earlyStopping?: RunView["earlyStopping"] | undefined;
  },
): readonly ChartMark[] {
  const { attempts, errors, earlyStopping } = view;
  const best = bestValidation(view.rounds, headlineOf(view.rounds).metric);
  const marks: ChartMark[] = [];
  for (const { attempt, resumedFrom } of attempts.values()) {
    marks.push({ x: resumedFrom, label: `resumed (start ${attempt})`, tone: "info" });
  }
  // A mark for the best of one or two rounds would only say that there are no more.
  if (best && view.rounds.length > 2) marks.push({ x: best.round, label: "best", tone: "info" });
  const stoppedAt = earlyStopping?.round ?? earlyStopping?.epoch;
  if (stoppedAt !== undefined) marks.push({ x: stoppedAt, label: "stopped early", tone: "warn" });
  const numByRound = new Map<number, number>();
  for (const { round } of errors)
    if (round !== undefined) numByRound.set(round, (numByRound.get(round) ?? 0) + 1);
  for (const [x, number] of numByRound) {
    marks.push({ x, label: number === 1 ? "error" : `${number} errors`, tone: "bad" });
  }
  return marks.sort((one, other) => one.x - other.x);
}
