import type { RunView } from "../../live/run-view.js";

/** Something that happened to the run in a round. */
export interface TimelineMark {
  round: number;
  kind: "error" | "stop" | "resumed";
  text: string;
}

/** Signs of the marks; colours as tokens of app.css. */
export const markLook = {
  error: { sign: "×", colour: "bad", label: "error" },
  stop: { sign: "■", colour: "warn", label: "stopped early" },
  resumed: { sign: "↻", colour: "accent", label: "went on from a checkpoint" },
} as const;

/** What the head of the timeline marks, rising by round. */
export function marksOf({
  errors,
  earlyStopping,
  attempts,
}: Pick<RunView, "errors" | "attempts"> & {
  earlyStopping: RunView["earlyStopping"] | undefined;
}): TimelineMark[] {
  const marks: TimelineMark[] = [];
  for (const { round, error } of errors) {
    if (round !== undefined) marks.push({ round, kind: "error", text: error });
  }
  if (earlyStopping?.round !== undefined) {
    marks.push({ round: earlyStopping.round, kind: "stop", text: earlyStopping.reason });
  }
  for (const { attempt, resumedFrom } of attempts.values()) {
    const text = `start ${attempt} of the run went on from round ${resumedFrom}`;
    marks.push({ round: resumedFrom + 1, kind: "resumed", text });
  }
  return marks.sort((one, other) => one.round - other.round);
}
