/** A cell that is not what its column holds. */
export interface CellPlace {
  readonly line: number;
  readonly text: string;
}

/** The cells of a column, numbers and texts apart. */
export interface CsvColumn {
  readonly name: string;
  /** By row; NaN where the cell is no number. */
  readonly numbers: Float64Array;
  /** By row: which text it is, or one of {@link IS_NUMBER} and {@link IS_MISSING}. */
  readonly codes: Int32Array;
  readonly texts: readonly string[];
  readonly numNumbers: number;
  readonly numMissing: number;
  readonly firstText?: CellPlace;
  /** A number outside float32's range. */
  readonly firstHuge?: CellPlace;
}

export const IS_NUMBER = -1;
export const IS_MISSING = -2;
/** More different texts than that are no categories; they are all one code. */
const MAX_TEXTS = 100_000;
const LARGEST = 3.4028234e38;
const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Collects the cells of one column; see {@link collectColumn}. */
export interface ColumnCollector {
  add(text: string, line: number): void;
  finish(): CsvColumn;
}

/** Starts a column; with `asText` every cell is text, numbers too. */
export function collectColumn(
  name: string,
  { missingValues, asText }: { missingValues: ReadonlySet<string>; asText: boolean },
): ColumnCollector {
  let [numbers, codes] = [new Float64Array(64), new Int32Array(64)];
  const codeOf = new Map<string, number>();
  let [numRows, numNumbers, numMissing] = [0, 0, 0];
  let firstText: CellPlace | undefined;
  let firstHuge: CellPlace | undefined;

  const addText = (text: string): number => {
    const known = codeOf.get(text);
    if (known !== undefined) return known;
    const code = Math.min(codeOf.size, MAX_TEXTS);
    if (codeOf.size <= MAX_TEXTS) codeOf.set(text, code);
    return code;
  };
  return {
    add(cell, line) {
      if (numRows === codes.length) [numbers, codes] = [doubled(numbers), doubled(codes)];
      const text = cell.trim();
      let [number, code] = [Number.NaN, IS_NUMBER];
      if (missingValues.has(text)) {
        numMissing += 1;
        code = IS_MISSING;
      } else if (!asText && numberPattern.test(text)) {
        numNumbers += 1;
        number = Number(text);
        if (Math.abs(number) > LARGEST) firstHuge ??= { line, text };
      } else {
        code = addText(text);
        firstText ??= { line, text };
      }
      numbers[numRows] = number;
      codes[numRows] = code;
      numRows += 1;
    },
    finish: () => ({
      name,
      numbers: numbers.subarray(0, numRows),
      codes: codes.subarray(0, numRows),
      texts: [...codeOf.keys()],
      numNumbers,
      numMissing,
      ...(firstText && { firstText }),
      ...(firstHuge && { firstHuge }),
    }),
  };
}

function doubled<T extends Float64Array | Int32Array>(values: T): T {
  const size = 2 * values.length;
  const larger = values instanceof Float64Array ? new Float64Array(size) : new Int32Array(size);
  larger.set(values);
  return larger as T;
}
