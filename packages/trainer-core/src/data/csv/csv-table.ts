import { TrainerError } from "../../errors.js";
import { invalidData, quoted } from "../invalid-data.js";
import { type ColumnCollector, type CsvColumn, collectColumn } from "./csv-column.js";

export interface CsvTableOptions {
  /** Named in messages. */
  readonly file: string;
  /** Whether the first line has the names of the columns. */
  readonly header: boolean;
  /** Default: whichever of comma, semicolon, tab and bar the first line has most of. */
  readonly delimiter?: string | undefined;
  /** Cells that stand for nothing. */
  readonly missingValues: ReadonlySet<string>;
  /** Names of the columns whose cells are text even where they look like numbers. */
  readonly textColumns: ReadonlySet<string>;
}

/** A CSV file, column by column. */
export interface CsvTable {
  readonly columns: readonly CsvColumn[];
  readonly numRows: number;
  /** In which line of the file each row ends. */
  readonly lines: readonly number[];
  /** Of the last column, if the file is in scikit-learn's form and says them. */
  readonly classNames?: readonly string[];
}

/** Longest line, in characters: more than that is no table. */
const MAX_LINE = 2 ** 20;
const MAX_COLUMNS = 65_536;

/**
 * Reads the cells of CSV text (RFC 4180, with any line end).
 *
 * Also read is scikit-learn's form, whose first line has the number of rows, of features, and the names of the classes.
 * @throws TrainerError `invalid_data` that names file, line and column: bad quotes, rows of another length, no or
 * repeated column names.
 */
export async function readCsvTable(text: string, options: CsvTableOptions): Promise<CsvTable> {
  const { file } = options;
  const lines: number[] = [];
  let collectors: ColumnCollector[] | undefined;
  let scikit: ScikitHeader | undefined;
  const collect = (record: readonly string[], line: number): void => {
    if (collectors === undefined) {
      scikit = options.header ? scikitHeader(record) : undefined;
      collectors = startColumns(scikit ? scikit.names : namesOf(record, line, options), options);
      if (options.header) return;
    }
    if (record.length !== collectors.length) {
      throw invalidData(
        `${file}: line ${line}: expected ${collectors.length} values as in the lines before, got ${record.length}`,
      );
    }
    for (const [i, collector] of collectors.entries()) collector.add(record[i] as string, line);
    lines.push(line);
  };
  await parseRecords(text, { file, delimiter: options.delimiter ?? findDelimiter(text), collect });
  const numRows = lines.length;
  if (collectors === undefined || numRows === 0)
    throw invalidData(`${file}: expected rows of values, got none`);
  if (scikit && scikit.numRows !== numRows) {
    throw invalidData(`${file}: expected ${scikit.numRows} rows as its first line says, got ${numRows}`);
  }
  const columns = (collectors as ColumnCollector[]).map((collector) => collector.finish());
  return { columns, numRows, lines, ...(scikit && { classNames: scikit.classNames }) };
}

interface ScikitHeader {
  readonly numRows: number;
  readonly names: string[];
  readonly classNames: string[];
}

/** `569,30,malignant,benign`, with or without empty cells after it up to the number of columns. */
function scikitHeader(record: readonly string[]): ScikitHeader | undefined {
  const last = record.findLastIndex((cell) => cell.trim() !== "");
  const [numRows, numFeatures] = record
    .slice(0, 2)
    .map((cell) => (/^\d{1,9}$/.test(cell.trim()) ? Number(cell) : 0));
  const classNames = record.slice(2, last + 1).map((cell) => cell.trim());
  if (!numRows || !numFeatures || numFeatures >= MAX_COLUMNS || classNames.length < 2) return undefined;
  if (record.length !== numFeatures + 1 && record.length !== last + 1) return undefined;
  if (classNames.some((name) => name === "" || Number.isFinite(Number(name)))) return undefined;
  const names = Array.from({ length: numFeatures }, (_, i) => `feature ${i + 1}`);
  return { numRows, names: [...names, "class"], classNames };
}

function namesOf(record: readonly string[], line: number, { file, header }: CsvTableOptions): string[] {
  if (record.length > MAX_COLUMNS) {
    throw invalidData(`${file}: expected at most ${MAX_COLUMNS} columns, got ${record.length}`);
  }
  if (!header) return record.map((_, i) => `column ${i + 1}`);
  const names = record.map((cell) => cell.trim());
  if (names.every((name) => name !== "" && Number.isFinite(Number(name)))) {
    throw invalidData(
      `${file}: line ${line}: expected the names of the columns, got numbers only: say header: false if it has none`,
    );
  }
  for (const [i, name] of names.entries()) {
    const first = names.indexOf(name);
    if (name === "")
      throw invalidData(`${file}: line ${line}: expected a name for column ${i + 1}, got none`);
    if (first !== i) {
      throw invalidData(
        `${file}: line ${line}: expected each column name once, got ${quoted(name)} for columns ${first + 1} and ${i + 1}`,
      );
    }
  }
  return names;
}

function startColumns(
  names: readonly string[],
  { missingValues, textColumns }: CsvTableOptions,
): ColumnCollector[] {
  return names.map((name) => collectColumn(name, { missingValues, asText: textColumns.has(name) }));
}

function findDelimiter(text: string): string {
  const firstLine = /^\s*([^\r\n]*)/.exec(text.slice(0, MAX_LINE))?.[1] ?? "";
  const unquoted = firstLine.replace(/"[^"]*"/g, "");
  const count = (delimiter: string) => unquoted.split(delimiter).length;
  return [",", ";", "\t", "|"].reduce((best, next) => (count(next) > count(best) ? next : best));
}

async function parseRecords(
  text: string,
  options: { file: string; delimiter: string; collect: (record: readonly string[], line: number) => void },
): Promise<void> {
  const { file, delimiter, collect } = options;
  // The form for browsers brings its own Buffer, which is slower than Node's.
  const hasBuffer = (globalThis as { Buffer?: unknown }).Buffer !== undefined;
  const { parse } = hasBuffer ? await import("csv-parse/sync") : await import("csv-parse/browser/esm/sync");
  try {
    parse(text, {
      delimiter,
      // Lengths are checked here, with a better message.
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_LINE,
      on_record: (record: readonly string[], { lines }) => {
        collect(record, lines);
        return null;
      },
    });
  } catch (cause) {
    if (cause instanceof TrainerError) throw cause;
    throw invalidData(`${file}: ${parserMessage(cause)}`, cause);
  }
}

function parserMessage(cause: unknown): string {
  const { code, lines, message } = cause as { code?: unknown; lines?: unknown; message?: unknown };
  const line = typeof lines === "number" ? `line ${lines}: ` : "";
  if (code === "CSV_QUOTE_NOT_CLOSED") return `${line}expected a closing quote, got the end of the file`;
  if (code === "CSV_MAX_RECORD_SIZE")
    return `${line}expected lines of at most ${MAX_LINE} characters, got a longer one`;
  if (code === "INVALID_OPENING_QUOTE" || code === "CSV_INVALID_CLOSING_QUOTE") {
    return `${line}expected quotes around the whole value, got one inside: ${String(message).slice(0, 120)}`;
  }
  return `${line}expected CSV, got: ${String(message).slice(0, 200)}`;
}
