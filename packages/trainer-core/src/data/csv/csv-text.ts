import { invalidData } from "../invalid-data.js";

const LINE_FEED = 0x0a;

/**
 * Decodes the text of a CSV file; a byte order mark is left out.
 * @throws TrainerError `invalid_data` for an empty file and for anything but UTF-8 text, with the line.
 */
export function decodeCsvText(bytes: Uint8Array, file: string): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw invalidData(`${file}: expected UTF-8 text, got UTF-16: save it as UTF-8`);
  }
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    throw invalidData(
      `${file}: line ${lineAt(bytes, nul)}: expected text, got a zero byte: is it a CSV file?`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const line = firstUndecodableLine(bytes);
    throw invalidData(
      `${file}: line ${line}: expected UTF-8 text, got bytes in another encoding: save it as UTF-8`,
      cause,
    );
  }
  if (text.trim() === "") throw invalidData(`${file}: expected lines of values, got an empty file`);
  return text;
}

/** A line feed is never part of a longer character, so that each line can be tried by itself. */
function firstUndecodableLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let start = 0;
  for (let line = 1; ; line += 1) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    if (found === -1) return line;
    start = end + 1;
  }
}

function lineAt(bytes: Uint8Array, at: number): number {
  let line = 1;
  for (let i = 0; i < at; i += 1) if (bytes[i] === LINE_FEED) line += 1;
  return line;
}
