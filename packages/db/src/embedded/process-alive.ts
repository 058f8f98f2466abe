import { readFileSync } from "node:fs";

/** Whether a process with this number exists, whoever owns it; one that only waits to be buried does not. */
export function isProcessAlive(pid: number): boolean {
  // 0 and negative numbers mean groups of processes.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return readStat(pid)?.[0] !== "Z";
}

/**
 * Tells a process from any other that has its number before or after; empty where the system does not say so, and the
 * number has to do.
 */
export function processIdentity(pid: number): string {
  // Fields of /proc/PID/stat behind the name, from the third: the start time is the 22nd.
  const startTime = readStat(pid)?.[19];
  return startTime === undefined ? "" : `${startTime}.${bootIdentity()}`;
}

/** Whether the process that had this number and identity still lives. */
export function isSameProcess(pid: number, identity: string): boolean {
  if (!isProcessAlive(pid)) return false;
  const own = processIdentity(pid);
  return own === "" || identity === "" || own === identity;
}

function readStat(pid: number): string[] | undefined {
  const text = readSystemFile(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function bootIdentity(): string {
  return readSystemFile("/proc/sys/kernel/random/boot_id")?.slice(0, 8) ?? "";
}

/** What there is on Linux only. */
function readSystemFile(path: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
