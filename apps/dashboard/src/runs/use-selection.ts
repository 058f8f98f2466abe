import { useCallback, useEffect, useRef } from "react";
import { useSearch } from "../router.js";
import { MAX_SELECTED, toggled, withAll, withRange } from "./selection.js";

const NAME = "chosen";

export interface Selection {
  selected: readonly string[];
  /** Takes a run or not; a range begins where the last one was taken. */
  onSelect: (runId: string, isRange: boolean) => void;
  onSelectAll: () => void;
  onClear: () => void;
  /** Takes none of these any more. */
  onGone: (runIds: readonly string[]) => void;
}

/** The chosen runs, kept in the address; `rows` are the runs of the page in order. */
export function useSelection(rows: readonly string[]): Selection {
  const [search, change] = useSearch();
  const selected = search.getAll(NAME).slice(0, MAX_SELECTED);
  const anchor = useRef<string>(undefined);
  const newest = useRef({ rows, selected });
  useEffect(() => {
    newest.current = { rows, selected };
  });
  const onSelect = useCallback(
    (runId: string, isRange: boolean) => {
      const { rows, selected } = newest.current;
      const range = { from: anchor.current, to: runId };
      change({ [NAME]: isRange ? withRange(selected, rows, range) : toggled(selected, runId) });
      anchor.current = runId;
    },
    [change],
  );
  return {
    selected,
    onSelect,
    onSelectAll: () => change({ [NAME]: withAll(selected, rows) }),
    onClear: () => change({ [NAME]: [] }),
    onGone: (runIds) => change({ [NAME]: selected.filter((runId) => !runIds.includes(runId)) }),
  };
}
