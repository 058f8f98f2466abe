import type { RefObject } from "react";
import { comparePath, MAX_COMPARED } from "../compare/compare-path.js";
import { useKeys } from "../keyboard/use-keys.js";
import { navigate } from "../router.js";
import { focusedRun, moveRowFocus } from "./row-focus.js";

interface RunKeysOptions {
  searchBox: RefObject<HTMLInputElement | null>;
  selected: readonly string[];
  onSelect: (runId: string, isRange: boolean) => void;
  onClear: () => void;
}

/** The keys of the list of runs. */
export function useRunKeys({ searchBox, selected, onSelect, onClear }: RunKeysOptions): void {
  const select = (isRange: boolean) => {
    const runId = focusedRun();
    if (runId !== undefined) onSelect(runId, isRange);
  };
  // Arrows scroll the page until a row has the focus.
  const arrow = (step: 1 | -1) => (event: KeyboardEvent) => {
    if (focusedRun() === undefined) return;
    event.preventDefault();
    moveRowFocus(step);
  };
  useKeys({
    "/": (event) => {
      event.preventDefault();
      searchBox.current?.focus();
    },
    j: () => moveRowFocus(1),
    k: () => moveRowFocus(-1),
    ArrowDown: arrow(1),
    ArrowUp: arrow(-1),
    x: () => select(false),
    X: () => select(true),
    c: () => {
      if (selected.length > 0 && selected.length <= MAX_COMPARED) navigate(comparePath(selected));
    },
    Escape: onClear,
  });
}
