/** Something about one client, to be sorted by. */
export interface SortColumn<Row> {
  key: string;
  /** A number, or undefined where there is none: such rows come last. */
  value: (row: Row) => number | undefined;
}

/** Rows that come by name, by a column; by name still where there is no such column, and among equals. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly SortColumn<Row>[],
  { sort, isDown }: { sort: string; isDown: boolean },
): Row[] {
  const column = columns.find(({ key }) => key === sort);
  if (!column) return isDown && sort === "name" ? rows.toReversed() : [...rows];
  const values = new Map(rows.map((row) => [row, column.value(row)]));
  return rows.toSorted((one, other) => compare(values.get(one), values.get(other), isDown ? -1 : 1));
}

function compare(one: number | undefined, other: number | undefined, direction: 1 | -1): number {
  const [isOne, isOther] = [isNumber(one), isNumber(other)];
  if (!isOne || !isOther) return Number(isOther) - Number(isOne);
  return one === other ? 0 : ((one as number) < (other as number) ? -1 : 1) * direction;
}

function isNumber(value: number | undefined): boolean {
  return value !== undefined && !Number.isNaN(value);
}
