import type { OptionDescription } from "../description.js";

// What several strategies take.

/** Of strategies whose aggregate is a mean. */
export const describedWeighting = {
  kind: "choice",
  about: "What a client counts for: its number of samples, or the same for each.",
  choices: ["samples", "uniform"],
  default: "samples",
} as const satisfies OptionDescription;

/** Of strategies that move the model by a multiple of what the clients agree on. */
export const describedServerRate = {
  kind: "number",
  about: "Step of the server: a factor on how far the model moves in a round.",
  min: 0,
  isAboveMin: true,
  default: 1,
} as const satisfies OptionDescription;

/** Of robust rules that are told how many attackers to bear. */
export function describedAttackers(needs: string): OptionDescription {
  return { kind: "integer", about: `Attackers to be borne (f). A round needs ${needs} updates.`, min: 0 };
}
