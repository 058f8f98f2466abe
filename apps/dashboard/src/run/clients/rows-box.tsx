import type { ReactNode, RefObject } from "react";
import { ScrollBox } from "../../ui/scroll-box.js";
import type { ShownRows } from "../../ui/use-rows.js";

export interface RowsBoxProps {
  shown: ShownRows;
  /** What the table is about. */
  label: string;
  numRows: number;
  numColumns: number;
  head: ReactNode;
  /** The rows from `shown.first` on. */
  children: ReactNode;
}

/** A table of many rows, of which only those in sight are made. */
export function RowsBox({ shown, label, numRows, numColumns, head, children }: RowsBoxProps) {
  return (
    <ScrollBox
      ref={shown.box as RefObject<HTMLElement>}
      label={`Table: ${label}`}
      className="-mx-4 max-h-128 overflow-auto px-4"
    >
      <table className="w-full text-sm" aria-rowcount={numRows + 1}>
        <caption className="sr-only">{label}</caption>
        <thead className="text-left text-muted text-xs">{head}</thead>
        <tbody>
          {shown.before > 0 && <Room height={shown.before} numColumns={numColumns} />}
          {children}
          {shown.after > 0 && <Room height={shown.after} numColumns={numColumns} />}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Room({ height, numColumns }: { height: number; numColumns: number }) {
  return (
    <tr>
      <td colSpan={numColumns} style={{ height }} />
    </tr>
  );
}
