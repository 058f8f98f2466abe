import { stat } from "node:fs/promises";

/**
 * What tells a file or folder from what was there before under the same name; of a folder, only its own entries. Empty
 * where nothing can be read: whoever opens it says why.
 */
export async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs}` : "";
}
