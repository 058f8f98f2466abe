import { invalidData, quoted } from "../invalid-data.js";
import { type CsvFeature, featureWidth, type TypedColumn } from "./csv-features.js";

export interface EncodeRowsOptions {
  /** Named in messages. */
  readonly file: string;
  readonly columns: readonly TypedColumn[];
  /** How each of them is encoded. */
  readonly features: readonly CsvFeature[];
  /** In which line of the file each row is. */
  readonly lines: readonly number[];
}

/** Makes the features of the given rows, one after the other: standardised numbers, and one value for each category. */
export function encodeRows(rows: Uint32Array, options: EncodeRowsOptions): Float32Array {
  const { columns, features } = options;
  const width = features.reduce((sum, feature) => sum + featureWidth(feature), 0);
  const encoded = new Float32Array(rows.length * width);
  let at = 0;
  for (const [i, feature] of features.entries()) {
    const column = columns[i] as TypedColumn;
    for (let row = 0; row < rows.length; row += 1) {
      const value = column.values[rows[row] as number] as number;
      if (feature.type === "category") {
        const category = Number.isNaN(value) ? feature.categories.indexOf(feature.fill ?? "") : value;
        encoded[row * width + at + category] = 1;
      } else {
        const present = Number.isNaN(value) ? (feature.fill as number) : value;
        const scaled = Math.fround((present - feature.mean) / feature.deviation);
        if (!Number.isFinite(scaled)) throw tooFar(feature.name, options, rows[row] as number);
        encoded[row * width + at] = scaled;
      }
    }
    at += featureWidth(feature);
  }
  return encoded;
}

function tooFar(name: string, { file, lines }: EncodeRowsOptions, row: number): Error {
  return invalidData(
    `${file}: line ${lines[row]}, column ${quoted(name)}: expected a number near the column's others, ` +
      "got one that is too far away to be scaled",
  );
}
