import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { CliError } from "../errors.js";

/**
 * Makes a folder to write to, and those above it, where they are not there yet. Node's own way of doing so never returns
 * below `/proc`.
 * @throws CliError `unwritable_file` that names the folder.
 */
export function makeFolder(path: string): void {
  try {
    const missing: string[] = [];
    for (let at = path; !isThere(at); at = dirname(at)) missing.push(at);
    for (const folder of missing.reverse()) mkdirSync(folder);
    if (!statSync(path).isDirectory()) throw new Error("it is a file");
    accessSync(path, constants.W_OK);
  } catch (cause) {
    const message = `${path}: expected a folder to write to: ${(cause as Error).message}`;
    throw new CliError("unwritable_file", message, { cause });
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
