import { execFile, spawn } from "node:child_process";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { DbError } from "../errors.js";
import type { Cluster } from "./create-cluster.js";
import type { Place } from "./place.js";
import { isProcessAlive } from "./process-alive.js";
import { giveTo, type ServerUser } from "./server-user.js";

const run = promisify(execFile);

const POLL_MS = 20;
const START_MS = 60_000;
const MAX_LOG_BYTES = 10 * 2 ** 20;

/** Port of the PostgreSQL that runs on the cluster; undefined if none does, or not yet. */
export async function runningPort(cluster: Cluster): Promise<number | undefined> {
  // Lines: pid, data directory, start time, port, socket directory, address, shared memory, status.
  const text = await readFile(join(cluster.folder, "postmaster.pid"), "utf8").catch(() => "");
  const [pid, , , port, , , , status] = text.split("\n");
  if (status?.trim() !== "ready" || !isProcessAlive(Number(pid))) return undefined;
  return Number(port);
}

/**
 * Starts PostgreSQL on the cluster, on a free port of this machine only, and waits until it accepts connections.
 *
 * It has a process group of its own, so that Ctrl-C in a terminal does not end it before its users.
 * @throws DbError `data_dir_unusable` with the last line of its log.
 */
export async function startPostmaster(
  place: Place,
  cluster: Cluster,
  user: ServerUser | undefined,
): Promise<number> {
  const logPath = join(place.folder, "postgres.log");
  await using log = await openLog(logPath);
  await giveTo(user, logPath);
  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    port: String(port),
    max_connections: "50",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(place.binaries.postgres, ["-D", cluster.folder, ...flags], {
    ...user,
    cwd: place.folder,
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    windowsHide: true,
  });
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  child.once("exit", (code, signal) => {
    failure ??= `it ended with ${signal ?? `code ${code}`}`;
  });
  child.unref();
  const deadline = performance.now() + START_MS;
  while ((await runningPort(cluster)) !== port) {
    if (performance.now() > deadline) failure ??= `it was not ready within ${START_MS / 1_000} s`;
    if (failure !== undefined) {
      const reason = `${failure}; its last words: ${await lastLine(logPath)}`;
      throw new DbError("data_dir_unusable", `PostgreSQL did not start on ${cluster.folder}: ${reason}`);
    }
    await delay(POLL_MS);
  }
  return port;
}

/** Stops the PostgreSQL of the cluster: its connections are closed, everything is written, its process is gone. */
export async function stopPostmaster(
  place: Place,
  cluster: Cluster,
  user: ServerUser | undefined,
): Promise<void> {
  const args = ["stop", "-D", cluster.folder, "-m", "fast", "-w", "-t", "60", "-s"];
  try {
    await run(place.binaries.pgCtl, args, { ...user, cwd: place.folder });
  } catch (error) {
    // One that was killed meanwhile is gone as well; the next start brings the cluster up to date.
    if ((await runningPort(cluster)) !== undefined) throw error;
  }
}

async function openLog(path: string): Promise<FileHandle> {
  const size = await stat(path).then(
    (status) => status.size,
    () => 0,
  );
  return open(path, size > MAX_LOG_BYTES ? "w" : "a", 0o600);
}

async function lastLine(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trim().split("\n").at(-1)?.slice(0, 400) || "(none)";
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
