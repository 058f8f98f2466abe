import { type RefObject, useEffect, useRef, useState } from "react";

export interface ShownRows {
  /** Goes to the box that scrolls. */
  box: RefObject<HTMLElement | null>;
  /** First row that is made, and the one after the last. */
  first: number;
  end: number;
  /** Room in px for the rows above and below. */
  before: number;
  after: number;
}

const MARGIN = 10;

/** Which of many rows of the same height a box that scrolls has to make. */
export function useRows(numRows: number, rowHeight: number): ShownRows {
  const box = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 400 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      // In steps of rows, so that most scrolling draws nothing anew.
      const top = Math.floor(element.scrollTop / (rowHeight * MARGIN)) * rowHeight * MARGIN;
      const height = element.clientHeight;
      setSeen((before) => (before.top === top && before.height === height ? before : { top, height }));
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    const resized = new ResizeObserver(look);
    resized.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      resized.disconnect();
    };
  }, [rowHeight]);
  const first = Math.min(Math.max(0, Math.floor(seen.top / rowHeight) - MARGIN), numRows);
  const end = Math.min(numRows, Math.ceil((seen.top + seen.height) / rowHeight) + 2 * MARGIN);
  return { box, first, end, before: first * rowHeight, after: (numRows - end) * rowHeight };
}
