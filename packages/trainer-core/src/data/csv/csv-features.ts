import { invalidData, quoted } from "../invalid-data.js";
import { type CsvColumn, IS_MISSING, IS_NUMBER } from "./csv-column.js";

/** How a column became features: what is needed to encode another row in the same way. */
export type CsvFeature =
  | {
      readonly name: string;
      readonly type: "number";
      /** Over the training part; `(value - mean) / deviation`, or 0 and 1 where nothing is standardised. */
      readonly mean: number;
      readonly deviation: number;
      /** What stands for a missing value, before standardisation; absent where none may be missing. */
      readonly fill?: number;
    }
  | {
      readonly name: string;
      readonly type: "category";
      /** One feature each, 1 for the row's own and 0 for the others. */
      readonly categories: readonly string[];
      /** What stands for a missing value. */
      readonly fill?: string;
    };

/** A column as numbers: its values, or the index of each row's category. */
export interface TypedColumn {
  readonly name: string;
  readonly type: "number" | "category";
  readonly categories: readonly string[];
  /** By row; NaN where the cell is missing. */
  readonly values: Float64Array;
}

export interface ColumnTypeOptions {
  readonly file: string;
  /** As said; absent, it is found. */
  readonly type?: "number" | "category" | undefined;
  readonly maxCategories: number;
  /** Added to the message for too many categories. */
  readonly hint?: string;
}

/**
 * Finds whether a column has numbers or categories. It is numbers if all its cells are; if less than half of them are, it
 * is categories; in between, the first cell that is none is refused.
 * @throws TrainerError `invalid_data` that names file, line, column and cell.
 */
export function typeColumn(column: CsvColumn, options: ColumnTypeOptions): TypedColumn {
  const { name, numNumbers, numMissing, codes, firstText, firstHuge } = column;
  const { file } = options;
  const numTexts = codes.length - numNumbers - numMissing;
  const type = options.type ?? (numTexts > numNumbers ? "category" : "number");
  if (type === "category") return categoriesOf(column, options);
  if (firstText) {
    const hint = options.type ? "" : ` (say that the column is a "category" if it has none)`;
    throw invalidData(
      `${file}: line ${firstText.line}, column ${quoted(name)}: expected a number, got ${quoted(firstText.text)}${hint}`,
    );
  }
  if (firstHuge) {
    throw invalidData(
      `${file}: line ${firstHuge.line}, column ${quoted(name)}: expected a number within +-3.4e38, ` +
        `got ${quoted(firstHuge.text)}`,
    );
  }
  if (numNumbers === 0)
    throw invalidData(`${file}: column ${quoted(name)}: expected values, got none in any row`);
  return { name, type, categories: [], values: column.numbers };
}

function categoriesOf(column: CsvColumn, options: ColumnTypeOptions): TypedColumn {
  const { file, maxCategories, hint = "" } = options;
  const { name, codes, numbers, texts } = column;
  const found = new Set<string>();
  const textOf = (row: number): string | undefined => {
    const code = codes[row] as number;
    if (code === IS_MISSING) return undefined;
    return code === IS_NUMBER ? String(numbers[row]) : (texts[code] as string);
  };
  for (let row = 0; row < codes.length && found.size <= maxCategories; row += 1) {
    const text = textOf(row);
    if (text !== undefined) found.add(text);
  }
  if (found.size === 0)
    throw invalidData(`${file}: column ${quoted(name)}: expected values, got none in any row`);
  if (found.size > maxCategories) {
    throw invalidData(
      `${file}: column ${quoted(name)}: expected at most ${maxCategories} categories, got more, such as ` +
        `${quoted([...found].slice(0, 3).join(", "))}${hint}`,
    );
  }
  const categories = sortedCategories(found);
  const indexOf = new Map(categories.map((category, i) => [category, i]));
  const values = Float64Array.from(codes, (_, row) => {
    const text = textOf(row);
    return text === undefined ? Number.NaN : (indexOf.get(text) as number);
  });
  return { name, type: "category", categories, values };
}

/** By value if all are numbers, else by code unit: never by locale, so that the order is the same everywhere. */
export function sortedCategories(categories: Iterable<string>): string[] {
  const sorted = [...categories].sort();
  const numeric = sorted.every((text) => text.trim() !== "" && Number.isFinite(Number(text)));
  return numeric ? sorted.sort((a, b) => Number(a) - Number(b)) : sorted;
}

/** Fits how a column is encoded to the training rows. */
export function fitFeature(
  column: TypedColumn,
  rows: Uint32Array,
  { file, standardize, fillMissing }: { file: string; standardize: boolean; fillMissing: boolean },
): CsvFeature {
  const { name, values, categories } = column;
  const present = [...rows].map((row) => values[row] as number).filter((value) => !Number.isNaN(value));
  if (present.length === 0) {
    throw invalidData(`${file}: column ${quoted(name)}: expected values in the training part, got none`);
  }
  if (column.type === "category") {
    const counts = new Array<number>(categories.length).fill(0);
    for (const index of present) counts[index] = (counts[index] as number) + 1;
    const most = counts.indexOf(counts.reduce((a, b) => Math.max(a, b)));
    return { name, type: "category", categories, ...(fillMissing && { fill: categories[most] as string }) };
  }
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  const variance = present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / present.length;
  const fill = fillMissing ? { fill: mean } : {};
  if (!standardize) return { name, type: "number", mean: 0, deviation: 1, ...fill };
  // Rounding leaves a constant column a trace of variance, which must not be blown up.
  const deviation = Math.sqrt(variance);
  const constant = deviation <= 1e-12 * Math.abs(mean);
  return { name, type: "number", mean, deviation: constant ? 1 : deviation, ...fill };
}

/** How many features a column becomes. */
export function featureWidth(feature: CsvFeature): number {
  return feature.type === "number" ? 1 : feature.categories.length;
}
