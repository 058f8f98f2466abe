import { invalidData, quoted } from "../invalid-data.js";
import { type CsvColumn, IS_MISSING } from "./csv-column.js";
import type { CsvTable } from "./csv-table.js";

export interface KeptRowsOptions {
  readonly file: string;
  readonly missing: "refuse" | "mean" | "drop";
  /** Columns of features, where `mean` fills what is missing. */
  readonly features: readonly CsvColumn[];
  /** Columns that must have a value: the label, and the group. */
  readonly required: readonly CsvColumn[];
}

/**
 * The rows to use, in order.
 * @throws TrainerError `invalid_data` that names line and column of a missing cell that may not be.
 */
export function keptRows(table: CsvTable, options: KeptRowsOptions): Uint32Array {
  const { file, missing, features, required } = options;
  const dropped = new Uint8Array(table.numRows);
  for (const column of [...required, ...features]) {
    if (column.numMissing === 0) continue;
    const mayMiss = missing === "drop" || (missing === "mean" && !required.includes(column));
    const first = column.codes.indexOf(IS_MISSING);
    if (!mayMiss) {
      const hint = missing === "refuse" ? " (say what to do with it: missing: mean or drop)" : "";
      throw invalidData(
        `${file}: line ${table.lines[first]}, column ${quoted(column.name)}: expected a value, got a missing one${hint}`,
      );
    }
    if (missing !== "drop") continue;
    for (let row = first; row < table.numRows; row += 1) {
      if (column.codes[row] === IS_MISSING) dropped[row] = 1;
    }
  }
  const rows = Uint32Array.from({ length: table.numRows }, (_, row) => row).filter(
    (row) => dropped[row] === 0,
  );
  if (rows.length === 0) {
    throw invalidData(`${file}: expected rows without missing values, got none of ${table.numRows}`);
  }
  return rows;
}
