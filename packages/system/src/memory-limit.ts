import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

interface MemoryGroup {
  readonly folder: string;
  readonly files: { readonly limit: string; readonly usage: string; readonly inactive: RegExp };
}

export interface LimitedMemory {
  readonly limitBytes: number;
  readonly usedBytes: number;
}

const VERSION_2 = { limit: "memory.max", usage: "memory.current", inactive: /^inactive_file (\d+)$/m };
const VERSION_1 = {
  limit: "memory.limit_in_bytes",
  usage: "memory.usage_in_bytes",
  inactive: /^total_inactive_file (\d+)$/m,
};

/**
 * How much memory this process's control group may use, and does, where a limit is below that of the machine: the
 * lowest on the way up. Files kept in memory that can be let go do not count. Which group it is, is asked once.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export function createMemoryLimit(root = ""): (totalBytes: number) => Promise<LimitedMemory | undefined> {
  let group: Promise<MemoryGroup | undefined> | undefined;
  return async (totalBytes) => {
    group ??= findGroup(root, totalBytes);
    const found = await group;
    return found && (await readGroup(found, totalBytes));
  };
}

async function readGroup(
  { folder, files }: MemoryGroup,
  totalBytes: number,
): Promise<LimitedMemory | undefined> {
  const limitBytes = await readNumber(`${folder}/${files.limit}`);
  if (limitBytes === undefined || limitBytes >= totalBytes) return undefined;
  const usage = (await readNumber(`${folder}/${files.usage}`)) ?? 0;
  const stat = (await readText(`${folder}/memory.stat`)) ?? "";
  const inactive = Number(files.inactive.exec(stat)?.[1] ?? 0);
  return { limitBytes, usedBytes: Math.max(0, usage - inactive) };
}

async function findGroup(root: string, totalBytes: number): Promise<MemoryGroup | undefined> {
  const own = (await readText(`${root}/proc/self/cgroup`)) ?? "";
  let lowest: { group: MemoryGroup; limitBytes: number } | undefined;
  for (const group of candidates(root, own)) {
    const limitBytes = await readNumber(`${group.folder}/${group.files.limit}`);
    if (limitBytes === undefined || limitBytes >= totalBytes) continue;
    if (!lowest || limitBytes < lowest.limitBytes) lowest = { group, limitBytes };
  }
  return lowest?.group;
}

/** The group of this process and all above it; in a container its own is the root of what can be seen. */
function candidates(root: string, own: string): MemoryGroup[] {
  const groups: MemoryGroup[] = [];
  for (const line of own.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const isVersion2 = controllers === "";
    if (!isVersion2 && !controllers.split(",").includes("memory")) continue;
    const mount = `${root}/sys/fs/cgroup${isVersion2 ? "" : "/memory"}`;
    for (let each = path; ; each = dirname(each)) {
      groups.push({ folder: `${mount}${each}`, files: isVersion2 ? VERSION_2 : VERSION_1 });
      if (each === "/") break;
    }
  }
  return groups;
}

/** Undefined for a file that is not there, and for `max`. */
async function readNumber(path: string): Promise<number | undefined> {
  const number = Number(await readText(path));
  return Number.isFinite(number) && number > 0 ? number : undefined;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
