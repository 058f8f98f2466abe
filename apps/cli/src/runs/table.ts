import { printable } from "../printable.js";

const GAP = "  ";
const MAX_CELL = 40;

/** Rows below each other under their headings; cells may come from elsewhere. Long ones are cut, but for the last column. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const last = headings.length - 1;
  const cells = [headings, ...rows].map((row) =>
    row.map((cell, column) =>
      shorten(printable(cell), column === last ? Number.POSITIVE_INFINITY : MAX_CELL),
    ),
  );
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function shorten(cell: string, length: number): string {
  return cell.length <= length ? cell : `${cell.slice(0, length - 1)}…`;
}
