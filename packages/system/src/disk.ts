import { statfs } from "node:fs/promises";
import { toPercent } from "./cpu-meter.js";

/** How full the filesystem of a folder is; percent of what is not kept for the system, as `df` has it. */
export async function readDisk(path: string): Promise<{ percent: number; usedBytes: number }> {
  const { blocks, bfree, bavail, bsize } = await statfs(path);
  const used = blocks - bfree;
  return { percent: toPercent(used, used + bavail), usedBytes: used * bsize };
}
