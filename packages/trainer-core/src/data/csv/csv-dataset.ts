import { randomStream } from "@fedloom/fl-strategy";
import type { Dataset, Samples } from "../dataset.js";
import { invalidData, invalidOption, quoted } from "../invalid-data.js";
import { type SplitIndices, splitIndices } from "../split-indices.js";
import { chooseColumns } from "./choose-columns.js";
import { type CsvColumn, IS_NUMBER } from "./csv-column.js";
import { type CsvFeature, featureWidth, fitFeature, typeColumn } from "./csv-features.js";
import { type CsvLabel, readLabel } from "./csv-label.js";
import { type CsvTable, readCsvTable } from "./csv-table.js";
import { decodeCsvText } from "./csv-text.js";
import { encodeRows } from "./encode-rows.js";
import { keptRows } from "./kept-rows.js";

/** How a CSV file is to be read. */
export interface CsvOptions {
  /** Of the data set; default: from the file's name. */
  readonly name?: string;
  /** Column to predict: its name, or its place counted from 0, from the end if negative. Default: the last one. */
  readonly label?: string | number;
  /** `regression` predicts the label as a number. Default `classification`. */
  readonly task?: "classification" | "regression";
  /** Class names in the order of the label's values; default: the values themselves. */
  readonly classNames?: readonly string[];
  /** By column name; default: found from the cells. Ignored columns are no features. */
  readonly columns?: Readonly<Record<string, "number" | "category" | "ignore">>;
  /** Column whose equal values keep rows in one part, such as a patient; it is no feature. */
  readonly group?: string;
  /**
   * `refuse` (default) names the first missing cell; `mean` fills numbers with the training part's mean and categories
   * with its most frequent one; `drop` leaves such rows out.
   */
  readonly missing?: "refuse" | "mean" | "drop";
  /** Cells that stand for nothing; default the empty one, `?`, and `NA`, `N/A`, `NaN`, `null`, `None` in usual cases. */
  readonly missingValues?: readonly string[];
  /** Scale numbers to mean 0 and deviation 1 over the training part; default true. */
  readonly standardize?: boolean;
  /** Whether the first line has the names of the columns; default true. */
  readonly header?: boolean;
  /** One character; default: found in the first line. */
  readonly delimiter?: string;
  /** Default 0.1. */
  readonly valShare?: number;
  /** Default 0.2. */
  readonly testShare?: number;
  /** Most categories that one feature may have; default 100. */
  readonly maxCategories?: number;
  /** Most bytes that text and features may take, each; default 256 MiB. */
  readonly maxBytes?: number;
}

/** A data set of a CSV file, with how its columns became features. */
export interface CsvDataset extends Dataset {
  /** In the order in which their features lie in a sample. */
  readonly columns: readonly CsvFeature[];
}

type ParseOptions = CsvOptions & { readonly file: string; readonly seed: number };

const usualMissingValues = ["", "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None"];

/**
 * Parses a CSV file of UTF-8 text into features: numbers, standardised over the training part, and one feature for each
 * category. Rows are split by the seed, class by class.
 *
 * Also read is scikit-learn's form, whose first line has the number of rows and of features and the classes' names.
 * @throws TrainerError `invalid_data` that names file, line, column, expected and received; `invalid_option` for columns
 * that are not there and shares that cannot be.
 */
export async function parseCsvDataset(bytes: Uint8Array, options: ParseOptions): Promise<CsvDataset> {
  const { file, task = "classification", missing = "refuse", maxBytes = 2 ** 28 } = options;
  requireChoice("task", task, ["classification", "regression"]);
  requireChoice("missing", missing, ["refuse", "mean", "drop"]);
  if (bytes.length > maxBytes) {
    throw invalidData(`${file}: expected at most ${maxBytes} bytes of text, got ${bytes.length}`);
  }
  const table = await readTable(bytes, options);
  const roles = chooseColumns(table.columns, options);
  const features = roles.features.map((index) => table.columns[index] as CsvColumn);
  const labelColumn = table.columns[roles.label] as CsvColumn;
  const groupColumn = roles.group === undefined ? undefined : table.columns[roles.group];
  const required = groupColumn ? [labelColumn, groupColumn] : [labelColumn];
  const rows = keptRows(table, { file, missing, features, required });
  const label = readLabel(labelColumn, options, table.classNames);
  const parts = splitRows(rows, { label, groupColumn, options });
  const name = options.name ?? file;
  const warnings = warningsOf(table, { numKept: rows.length, features, missing });
  return {
    name,
    title: name,
    synthetic: false,
    classNames: label.classNames,
    task,
    ...(warnings.length > 0 && { warnings }),
    ...encodeParts(parts, { table, features, label, options }),
  };
}

function requireChoice(option: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw invalidOption(`${option}: expected one of ${known.join(", ")}, got ${quoted(String(value))}`);
}

function warningsOf(
  { numRows }: CsvTable,
  { numKept, features, missing }: { numKept: number; features: readonly CsvColumn[]; missing: string },
): string[] {
  const numMissing = features.reduce((sum, column) => sum + column.numMissing, 0);
  if (numKept < numRows)
    return [`${numRows - numKept} of ${numRows} rows left out: they have missing values`];
  if (missing === "mean" && numMissing > 0) {
    return [numMissing === 1 ? "1 missing value filled in" : `${numMissing} missing values filled in`];
  }
  return [];
}

async function readTable(bytes: Uint8Array, options: ParseOptions): Promise<CsvTable> {
  const { file, header = true, delimiter, columns = {}, group, missingValues = usualMissingValues } = options;
  if (delimiter !== undefined && !/^[^"\r\n]$/.test(delimiter)) {
    throw invalidOption(`delimiter: expected one character, no quote or line end, got ${quoted(delimiter)}`);
  }
  const categories = Object.entries(columns).filter(([, type]) => type === "category");
  return readCsvTable(decodeCsvText(bytes, file), {
    file,
    header,
    delimiter,
    missingValues: new Set(missingValues),
    textColumns: new Set([...categories.map(([name]) => name), ...(group === undefined ? [] : [group])]),
  });
}

/** Which rows of the table belong to which part. */
function splitRows(
  rows: Uint32Array,
  context: { label: CsvLabel; groupColumn: CsvColumn | undefined; options: ParseOptions },
): SplitIndices {
  const { label, groupColumn, options } = context;
  const { seed, task, valShare = 0.1, testShare = 0.2 } = options;
  if (valShare === 0 || testShare === 0) {
    throw invalidOption(`valShare, testShare: expected shares above 0, got ${valShare} and ${testShare}`);
  }
  const parts = splitIndices({
    labels: Uint8Array.from(rows, (row) => (task === "regression" ? 0 : (label.values[row] as number))),
    valShare,
    testShare,
    random: randomStream(seed, "split", "csv"),
    groups: groupColumn && Array.from(rows, (row) => cellText(groupColumn, row)),
  });
  const rowsOf = (indices: Uint32Array) => indices.map((index) => rows[index] as number);
  return { train: rowsOf(parts.train), val: rowsOf(parts.val), test: rowsOf(parts.test) };
}

function cellText({ codes, numbers, texts }: CsvColumn, row: number): string {
  const code = codes[row] as number;
  return code === IS_NUMBER ? String(numbers[row]) : (texts[code] as string);
}

type Encoded = Pick<CsvDataset, "columns" | "sampleShape" | "train" | "val" | "test">;

function encodeParts(
  parts: SplitIndices,
  context: { table: CsvTable; features: readonly CsvColumn[]; label: CsvLabel; options: ParseOptions },
): Encoded {
  const { table, label, options } = context;
  const { file, task, maxCategories = 100, maxBytes = 2 ** 28, standardize = true } = options;
  const columns = context.features.map((column) => {
    const type = Object.entries(options.columns ?? {}).find(([name]) => name === column.name)?.[1];
    return typeColumn(column, { file, maxCategories, ...(type && type !== "ignore" && { type }) });
  });
  const fit = { file, standardize, fillMissing: options.missing === "mean" };
  const features = columns.map((column) => fitFeature(column, parts.train, fit));
  const width = features.reduce((sum, feature) => sum + featureWidth(feature), 0);
  if (4 * width * table.numRows > maxBytes) {
    throw invalidData(
      `${file}: expected features of at most ${maxBytes} bytes, got ${table.numRows} x ${width} float32 values`,
    );
  }
  const toSamples = (rows: Uint32Array): Samples => {
    const values = Float32Array.from(rows, (row) => label.values[row] as number);
    return {
      numSamples: rows.length,
      features: encodeRows(rows, { file, columns, features, lines: table.lines }),
      labels: task === "regression" ? new Uint8Array(rows.length) : Uint8Array.from(values),
      ...(task === "regression" && { targets: values }),
    };
  };
  const [train, val, test] = [toSamples(parts.train), toSamples(parts.val), toSamples(parts.test)];
  return { columns: features, sampleShape: [width], train, val, test };
}
