import { useState } from "react";
import { type ColumnKey, columnsOf } from "./columns.js";

const STORAGE_KEY = "fedloom.runs.columns";

/** Which columns the list has, remembered in this browser. */
export function useColumns(): [readonly ColumnKey[], (columns: readonly ColumnKey[]) => void] {
  const [columns, setColumns] = useState(() => columnsOf(read()));
  const choose = (next: readonly ColumnKey[]) => {
    setColumns(next);
    try {
      localStorage.setItem(STORAGE_KEY, next.join(","));
    } catch {
      // Storage is switched off: the choice holds until the page is left.
    }
  };
  return [columns, choose];
}

function read(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
