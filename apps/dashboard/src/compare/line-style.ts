import type { ChartColour } from "../charts/chart-props.js";

export interface LineStyle {
  colour: ChartColour;
  dashed: boolean;
}

const COLOURS = 8;

/** The look of the run in a slot: eight colours, then the same ones dashed. */
export function styleOf(slot: number): LineStyle {
  return { colour: `series-${(slot % COLOURS) + 1}` as ChartColour, dashed: slot >= COLOURS };
}

/** Slots of runs: each keeps the one that it had, and a new one takes the first that is free. */
export function slotsFor(
  before: ReadonlyMap<string, number>,
  runIds: readonly string[],
): ReadonlyMap<string, number> {
  const kept = new Set(runIds.flatMap((runId) => before.get(runId) ?? []));
  const slots = new Map<string, number>();
  for (const runId of runIds) {
    let slot = before.get(runId);
    if (slot === undefined) {
      slot = 0;
      while (kept.has(slot)) slot += 1;
      kept.add(slot);
    }
    slots.set(runId, slot);
  }
  return slots;
}
