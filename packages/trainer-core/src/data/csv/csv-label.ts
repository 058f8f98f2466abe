import { invalidData, invalidOption, quoted } from "../invalid-data.js";
import type { CsvColumn } from "./csv-column.js";
import type { CsvOptions } from "./csv-dataset.js";
import { typeColumn } from "./csv-features.js";

/** What is to be predicted: a class or a number, by row. */
export interface CsvLabel {
  readonly values: Float64Array;
  readonly classNames: readonly string[];
}

const MAX_CLASSES = 256;

/**
 * Reads the label's column: its values are the classes, or the numbers of a regression.
 * @throws TrainerError `invalid_data` for one class only, or more than 256; `invalid_option` for names that do not fit.
 */
export function readLabel(
  column: CsvColumn,
  options: CsvOptions & { readonly file: string },
  knownNames: readonly string[] | undefined,
): CsvLabel {
  const { file, task = "classification" } = options;
  if (task === "regression") {
    if (options.classNames) throw invalidOption("classNames: expected none for a regression, got some");
    const { values } = typeColumn(column, { file, type: "number", maxCategories: 0 });
    return { values, classNames: [column.name] };
  }
  const { values, categories } = typeColumn(column, {
    file,
    type: "category",
    maxCategories: MAX_CLASSES,
    hint: ' (say task: "regression" if it is a number to predict)',
  });
  if (categories.length < 2) {
    throw invalidData(
      `${file}: column ${quoted(column.name)}: expected at least two classes, got ${quoted(categories.join())} only`,
    );
  }
  const classNames = options.classNames ?? knownNames ?? categories;
  if (classNames.length !== categories.length) {
    const message = `expected ${categories.length} classes (${quoted(categories.join(", "))}), got ${classNames.length} names`;
    throw options.classNames
      ? invalidOption(`classNames: ${message}`)
      : invalidData(`${file}: line 1, column ${quoted(column.name)}: ${message}`);
  }
  return { values, classNames };
}
