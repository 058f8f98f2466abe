import { open } from "node:fs/promises";

/** Brings new names in a folder to the disk, where the file system knows how; Windows does so by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await using opened = await open(folder, "r");
  await opened.sync().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EINVAL") throw error;
  });
}
