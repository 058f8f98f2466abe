import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { FeatureFile } from "../dataset.js";
import { invalidData, invalidOption } from "../invalid-data.js";
import { unreadableCause } from "./read-data-file.js";

/** An open file of rows; it stays open until it is disposed of. */
export interface OpenFeatureFile extends FeatureFile, Disposable {
  readonly numRows: number;
}

/**
 * Opens a file of rows of `rowBytes` bytes each, one after the other. Rows are read from where they lie, by number; a
 * worker opens the same path for itself.
 * @throws TrainerError `unreadable_data` for a file that cannot be opened, `invalid_data` for one without whole rows;
 * `read` throws `invalid_option` for a row that is not there, `invalid_data` for a file cut meanwhile.
 */
export function openFeatureFile(path: string, rowBytes: number): OpenFeatureFile {
  if (!Number.isSafeInteger(rowBytes) || rowBytes < 1) {
    throw invalidOption(`rowBytes: expected an integer >= 1, got ${rowBytes}`);
  }
  let descriptor: number | undefined = openDescriptor(path);
  const size = fstatSync(descriptor).size;
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  if (size === 0 || size % rowBytes !== 0) {
    close();
    throw invalidData(`${path}: expected whole rows of ${rowBytes} bytes, got ${size} bytes in all`);
  }
  const numRows = size / rowBytes;
  return {
    path,
    rowBytes,
    numRows,
    read(row, into) {
      if (!Number.isInteger(row) || row < 0 || row >= numRows) {
        throw invalidOption(`row: expected an integer in [0, ${numRows - 1}], got ${row}`);
      }
      if (into.length < rowBytes) {
        throw invalidOption(`into: expected room for ${rowBytes} bytes, got ${into.length}`);
      }
      if (descriptor === undefined) throw invalidOption(`${path}: expected an open file, got a closed one`);
      for (let at = 0; at < rowBytes; ) {
        const numRead = readSync(descriptor, into, at, rowBytes - at, row * rowBytes + at);
        if (numRead === 0)
          throw invalidData(`${path}: expected ${numRows} rows, got the end of the file in row ${row}`);
        at += numRead;
      }
    },
    [Symbol.dispose]: close,
  };
}

function openDescriptor(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw unreadableCause(path, cause);
  }
}
