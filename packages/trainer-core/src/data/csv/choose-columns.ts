import { invalidData, invalidOption, quoted } from "../invalid-data.js";
import type { CsvColumn } from "./csv-column.js";
import type { CsvOptions } from "./csv-dataset.js";

/** Which column serves what, by index. */
export interface ColumnRoles {
  readonly label: number;
  readonly group?: number;
  readonly features: readonly number[];
}

/**
 * Finds the columns that the options name; all others are features, unless ignored.
 * @throws TrainerError `invalid_option` for a column that is not there or has two roles, `invalid_data` if no feature is left.
 */
export function chooseColumns(
  columns: readonly CsvColumn[],
  options: CsvOptions & { readonly file: string },
): ColumnRoles {
  const { file, label: wanted = -1, columns: types = {} } = options;
  const names = columns.map(({ name }) => name);
  const find = (option: string, name: string): number => {
    const index = names.indexOf(name);
    if (index !== -1) return index;
    throw invalidOption(
      `${option}: expected a column of ${file} (${quoted(names.slice(0, 20).join(", "), 200)}), got ${quoted(name)}`,
    );
  };
  const label = typeof wanted === "string" ? find("label", wanted) : placeOf(wanted, names.length);
  const group = options.group === undefined ? undefined : find("group", options.group);
  if (group === label)
    throw invalidOption(`group: expected another column than the label, got ${quoted(names[label] ?? "")}`);
  const ignored = new Set<number>();
  for (const [name, type] of Object.entries(types)) {
    const index = find("columns", name);
    if (type !== "number" && type !== "category" && type !== "ignore") {
      throw invalidOption(
        `columns: ${quoted(name)}: expected number, category or ignore, got ${quoted(String(type))}`,
      );
    }
    if (type !== "ignore") continue;
    if (index === label || index === group) {
      throw invalidOption(
        `columns: ${quoted(name)}: expected no column in use to be ignored, got the label or group`,
      );
    }
    ignored.add(index);
  }
  const features = names.map((_, i) => i).filter((i) => i !== label && i !== group && !ignored.has(i));
  if (features.length === 0) {
    throw invalidData(
      `${file}: expected columns for features beside the label, got ${names.length} columns in all`,
    );
  }
  return { label, features, ...(group !== undefined && { group }) };
}

function placeOf(place: number, numColumns: number): number {
  const index = place < 0 ? numColumns + place : place;
  if (Number.isInteger(index) && index >= 0 && index < numColumns) return index;
  throw invalidOption(
    `label: expected a column's name or place in [${-numColumns}, ${numColumns - 1}], got ${place}`,
  );
}
