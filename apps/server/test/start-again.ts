import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** A port that was free a moment ago, for a server that has to come back on the same one. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

/** The process that trains a run, by the name under which it holds its lease. */
export function processOfOwner(owner: string | undefined): number | undefined {
  const pid = owner?.split("/")[2]?.split(".")[0];
  return pid === undefined ? undefined : Number(pid);
}

/** The first process of the embedded database under `folder`; undefined if there is none. */
export function postmasterOf(folder: string): number | undefined {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith("postmaster.pid")) continue;
    const [line = ""] = readFileSync(join(folder, name), "utf8").split("\n");
    return Number(line);
  }
  return undefined;
}

/** A process of the database that serves one connection. */
export function backendOf(postmaster: number): number | undefined {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      if (parent === postmaster && /^postgres: fedloom postgres/.test(command)) return Number(name);
    } catch {
      // It is gone by now.
    }
  }
  return undefined;
}

/** Ends a process at once; one that is gone already is no error. */
export function killNow(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
