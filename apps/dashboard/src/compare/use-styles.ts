import { useMemo, useRef } from "react";
import { type LineStyle, slotsFor, styleOf } from "./line-style.js";

/** The look of each run, which it keeps while others come and go. */
export function useStyles(runIds: readonly string[]): ReadonlyMap<string, LineStyle> {
  const slots = useRef<ReadonlyMap<string, number>>(new Map());
  const key = runIds.join(",");
  return useMemo(() => {
    slots.current = slotsFor(slots.current, key === "" ? [] : key.split(","));
    return new Map([...slots.current].map(([runId, slot]) => [runId, styleOf(slot)]));
  }, [key]);
}
