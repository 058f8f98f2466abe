// The built server in a process of its own, on free ports, with its data in a folder of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { own } from "../process-figures.mjs";

const MAIN = fileURLToPath(new URL("../../apps/server/dist/main.js", import.meta.url));
const START_MS = 60_000;
const folders = new Set();

/** An empty folder that PostgreSQL's user can enter as well. */
export async function dataFolder() {
  const folder = await mkdtemp(join(tmpdir(), "fedloom-bench-"));
  await chmod(folder, 0o755);
  folders.add(folder);
  return folder;
}

/** The PostgreSQL that works on a folder; undefined if none does. */
export async function postmasterPid(folder) {
  const paths = await readdir(join(folder, "postgres"), { recursive: true });
  const path = paths.find((each) => each.endsWith("postmaster.pid"));
  return path && Number.parseInt(readFileSync(join(folder, "postgres", path), "utf8"), 10);
}

export async function removeFolders() {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

/** Starts a server and resolves when it says where it listens; `listeningMs` is how long that took. */
export async function serveBuilt(folder, { args = [], environment = {} } = {}) {
  const startedAt = performance.now();
  const flags = ["--data-dir", folder, "--progress-dir", join(folder, "progress"), "--no-run", ...args];
  const child = own(
    spawn(process.execPath, [MAIN, "--port", "0", "--relay-port", "0", ...flags], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DATABASE_URL: "", ...environment },
    }),
  );
  let output = "";
  const exited = once(child, "exit");
  const listening = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        // Only the beginning says where it listens.
        if (output.length < 10_000) output += text;
        if (/dashboard +http\S+[\s\S]*relay +ws\S+/.test(output)) resolve(performance.now());
      });
    }
  });
  const failed = exited.then(([code]) => {
    throw new Error(`the server ended with ${code} before it listened:\n${output}`);
  });
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the server does not listen:\n${output}`)), START_MS);
  });
  const listenedAt = await Promise.race([listening, failed, late]);
  clearTimeout(timer);
  failed.catch(() => {});
  return {
    child,
    pid: child.pid,
    url: /dashboard +(http\S+)/.exec(output)[1],
    relayUrl: /relay +(ws\S+)/.exec(output)[1],
    listeningMs: listenedAt - startedAt,
    async stop(signal = "SIGINT") {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

export async function getJson(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Starts a run and answers its id. */
export async function startRun(url, config) {
  const body = JSON.stringify(config);
  const headers = { "content-type": "application/json" };
  return (await getJson(`${url}/api/runs`, { method: "POST", headers, body })).run_id;
}

/** Looks until `isThere` answers something; fails after `ms`. */
export async function waitFor(isThere, { ms = 60_000, every = 100, what = "it" } = {}) {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const found = await isThere();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, every));
  }
  throw new Error(`${what}: not within ${ms / 1_000} s`);
}
