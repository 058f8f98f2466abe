import { execFile, spawn } from "node:child_process";
import { type FileHandle, open, readFile, rm, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { DbError } from "../errors.js";
import type { Cluster } from "./create-cluster.js";
import type { Place } from "./place.js";
import { isPostmaster, pidFile, postmasterState, settledState } from "./postmaster-state.js";
import { isProcessAlive } from "./process-alive.js";
import { giveTo, type ServerUser } from "./server-user.js";

const run = promisify(execFile);

const POLL_MS = 20;
const START_MS = 60_000;
const RETRY_MS = 250;
const MAX_LOG_BYTES = 10 * 2 ** 20;
/** With less, PostgreSQL cannot write its log of changes. */
const MIN_FREE_BYTES = 16 * 2 ** 20;

/** What goes by itself: processes of a killed server that are about to end, a port that somebody was quicker to take. */
const PASSING =
  /pre-existing shared memory block|"postmaster\.pid" already exists|Address already in use|could not create any TCP/;

/** What is needed to run PostgreSQL on a cluster. */
export interface Postmaster {
  readonly place: Place;
  readonly cluster: Cluster;
  readonly user: ServerUser | undefined;
}

/**
 * Answers the port of the PostgreSQL that runs on the cluster; starts it if none does, on a free port of this machine
 * only, and waits until it accepts connections. Only for who has the folder's lock.
 *
 * It has a process group of its own, so that Ctrl-C in a terminal does not end it before its users.
 * @throws DbError `data_dir_unusable` that says why it did not start.
 */
export async function ensurePostmaster(postmaster: Postmaster): Promise<number> {
  const { cluster, place } = postmaster;
  const deadline = performance.now() + START_MS;
  for (;;) {
    const state = await settledState(cluster, deadline - performance.now());
    if (state.kind === "ready") return state.port;
    const isLate = performance.now() > deadline;
    if (state.kind === "busy") throw notStarted(cluster, `it was not ready within ${START_MS / 1_000} s`);
    await removeStrayPidFile(cluster);
    const failure = await startOnce(postmaster, deadline);
    // Another one may have been quicker: one that a killed process had begun to start.
    if (failure === undefined || (await postmasterState(cluster)).kind !== "absent") continue;
    if (isLate || !PASSING.test(failure)) throw notStarted(cluster, await fullDisk(place, failure));
    await delay(RETRY_MS);
  }
}

/** Stops the PostgreSQL of the cluster: its connections are closed, everything is written, its process is gone. */
export async function stopPostmaster({ place, cluster, user }: Postmaster): Promise<void> {
  const stop = (...mode: string[]) =>
    run(place.binaries.pgCtl, ["stop", "-D", cluster.folder, "-w", "-s", ...mode], {
      ...user,
      cwd: place.folder,
    });
  try {
    await stop("-m", "fast", "-t", "60");
  } catch {
    // One that was killed meanwhile is gone as well; the next start brings the cluster up to date.
    if ((await postmasterState(cluster)).kind !== "absent")
      await stop("-m", "immediate", "-t", "10").catch(() => undefined);
  }
}

/** Starts it and waits until it is ready or has ended; answers why it has. */
async function startOnce(
  { place, cluster, user }: Postmaster,
  deadline: number,
): Promise<string | undefined> {
  const logPath = join(place.folder, "postgres.log");
  await using log = await openLog(logPath);
  const { size } = await log.stat();
  await giveTo(user, logPath);
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    port: String(await freePort()),
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
  while ((await postmasterState(cluster)).kind !== "ready") {
    if (performance.now() > deadline) failure ??= `it was not ready within ${START_MS / 1_000} s`;
    if (failure !== undefined) return `${failure}; its last words: ${await lastWords(logPath, size)}`;
    await delay(POLL_MS);
  }
  return undefined;
}

/** PostgreSQL takes any process with the number in the file for itself, and would not start. */
async function removeStrayPidFile(cluster: Cluster): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile(cluster), "utf8").catch(() => ""), 10);
  if (isProcessAlive(pid) && !(await isPostmaster(pid, cluster))) await rm(pidFile(cluster), { force: true });
}

function notStarted(cluster: Cluster, reason: string): DbError {
  return new DbError("data_dir_unusable", `PostgreSQL did not start on ${cluster.folder}: ${reason}`);
}

/** On a full disk PostgreSQL's last words find no place either. */
async function fullDisk({ folder }: Place, failure: string): Promise<string> {
  const status = await statfs(folder).catch(() => undefined);
  const free = status && status.bavail * status.bsize;
  if (free === undefined || free >= MIN_FREE_BYTES) return failure;
  return `the disk is full, with ${Math.floor(free / 2 ** 20)} MiB free (${failure})`;
}

async function openLog(path: string): Promise<FileHandle> {
  const size = await stat(path).then(
    (status) => status.size,
    () => 0,
  );
  return open(path, size > MAX_LOG_BYTES ? "w" : "a", 0o600);
}

/** What it gave as the reason, else its last line since the log had this size. */
async function lastWords(path: string, since: number): Promise<string> {
  const log = await readFile(path).catch(() => Buffer.alloc(0));
  const lines = log.subarray(since).toString("utf8").trim().split("\n");
  const reason = lines.findLast((line) => /\b(?:FATAL|PANIC): /.test(line)) ?? lines.at(-1);
  return reason?.slice(0, 400) || "(none)";
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
