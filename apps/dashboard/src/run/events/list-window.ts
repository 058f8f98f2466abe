/** Which rows of a long list can be seen, and where they stand, in px. */
export interface ListWindow {
  first: number;
  /** One after the last. */
  end: number;
  top: number;
  height: number;
}

export interface ListLayout {
  numRows: number;
  rowHeight: number;
  /** Rows that are open, rising, and how much higher each is. */
  open: readonly number[];
  openHeight: number;
}

/** Rows above and below what can be seen, so that scrolling shows no holes. */
const MARGIN = 8;

export function listWindow(layout: ListLayout, { top, height }: { top: number; height: number }): ListWindow {
  const { numRows, rowHeight, open, openHeight } = layout;
  const first = Math.max(0, rowAt(layout, top) - MARGIN);
  const end = Math.min(numRows, rowAt(layout, top + height) + 1 + MARGIN);
  return {
    first,
    end,
    top: topOf(layout, first),
    height: numRows * rowHeight + open.length * openHeight,
  };
}

function rowAt({ rowHeight, open, openHeight }: ListLayout, top: number): number {
  let left = top;
  let row = 0;
  for (const opened of open) {
    const endOfOpened = (opened - row + 1) * rowHeight + openHeight;
    if (left < endOfOpened) return Math.min(opened, row + Math.floor(left / rowHeight));
    left -= endOfOpened;
    row = opened + 1;
  }
  return row + Math.floor(left / rowHeight);
}

function topOf({ rowHeight, open, openHeight }: ListLayout, row: number): number {
  return row * rowHeight + open.filter((opened) => opened < row).length * openHeight;
}
