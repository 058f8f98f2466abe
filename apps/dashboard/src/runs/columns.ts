import type { SortKey } from "./runs-query.js";

export interface Column {
  key: ColumnKey;
  title: string;
  /** What the server can sort by. */
  sort?: SortKey;
  /** From which width of the screen it has room. */
  className: string;
  isRight?: boolean;
  /** Shown until the reader chooses. */
  isUsual: boolean;
}

export type ColumnKey =
  | "state"
  | "trend"
  | "best"
  | "final"
  | "mode"
  | "strategy"
  | "model"
  | "data"
  | "clients"
  | "project"
  | "created"
  | "started"
  | "ended"
  | "duration";

/** Columns beside the run's name, in order. */
export const COLUMNS: readonly Column[] = [
  { key: "state", title: "State", sort: "state", className: "hidden sm:table-cell", isUsual: true },
  { key: "trend", title: "Validation", className: "hidden sm:table-cell", isUsual: true },
  { key: "best", title: "Best", className: "hidden lg:table-cell", isRight: true, isUsual: true },
  { key: "final", title: "Final", className: "hidden md:table-cell", isRight: true, isUsual: true },
  { key: "mode", title: "Mode", className: "hidden lg:table-cell", isUsual: false },
  { key: "strategy", title: "Strategy", className: "hidden lg:table-cell", isUsual: true },
  { key: "model", title: "Model", className: "hidden lg:table-cell", isUsual: false },
  { key: "data", title: "Data", className: "hidden lg:table-cell", isUsual: true },
  { key: "clients", title: "Clients", className: "hidden lg:table-cell", isRight: true, isUsual: false },
  { key: "project", title: "Project", className: "hidden lg:table-cell", isUsual: false },
  { key: "created", title: "Created", sort: "created_at", className: "hidden md:table-cell", isUsual: false },
  { key: "started", title: "Started", sort: "started_at", className: "hidden md:table-cell", isUsual: true },
  { key: "ended", title: "Ended", sort: "ended_at", className: "hidden md:table-cell", isUsual: false },
  { key: "duration", title: "Duration", className: "hidden lg:table-cell", isRight: true, isUsual: true },
];

const USUAL: readonly ColumnKey[] = COLUMNS.filter(({ isUsual }) => isUsual).map(({ key }) => key);

/** Columns that were chosen before; the usual ones where the text is not a choice. */
export function columnsOf(stored: string | null): readonly ColumnKey[] {
  if (stored === null) return USUAL;
  const names = stored.split(",");
  return COLUMNS.map(({ key }) => key).filter((key) => names.includes(key));
}
