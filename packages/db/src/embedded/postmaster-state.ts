import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "./create-cluster.js";
import { isProcessAlive } from "./process-alive.js";

/** Whether PostgreSQL runs on a cluster. */
export type PostmasterState =
  | { readonly kind: "absent" }
  /** It starts or stops. */
  | { readonly kind: "busy" }
  | { readonly kind: "ready"; readonly port: number };

const POLL_MS = 20;

export function pidFile(cluster: Cluster): string {
  return join(cluster.folder, "postmaster.pid");
}

/** How the PostgreSQL of the cluster is right now. */
export async function postmasterState(cluster: Cluster): Promise<PostmasterState> {
  // Lines: pid, data directory, start time, port, socket directory, address, shared memory, status.
  const text = await readFile(pidFile(cluster), "utf8").catch(() => "");
  const [pid, , , port, , , , status] = text.split("\n");
  if (!(await isPostmaster(Number(pid), cluster))) return { kind: "absent" };
  return status?.trim() === "ready" ? { kind: "ready", port: Number(port) } : { kind: "busy" };
}

/** The same, once it neither starts nor stops; still `busy` if that lasts longer than `maxMs`. */
export async function settledState(cluster: Cluster, maxMs: number): Promise<PostmasterState> {
  const deadline = performance.now() + maxMs;
  for (;;) {
    const state = await postmasterState(cluster);
    if (state.kind !== "busy" || performance.now() > deadline) return state;
    await delay(POLL_MS);
  }
}

/** Whether the process is the cluster's PostgreSQL: after a crash its number may be another program's. */
export async function isPostmaster(pid: number, cluster: Cluster): Promise<boolean> {
  if (!isProcessAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  if (commandLine === undefined) return true;
  const words = commandLine.split("\0");
  const [folder, own] = await Promise.all(
    [words[words.indexOf("-D") + 1] ?? "", cluster.folder].map(realPath),
  );
  return folder === own;
}

function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
