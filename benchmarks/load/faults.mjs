// What befalls a server in a soak: processes that are killed or stand still, connections that are cut.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { postmasterPid } from "./serve-built.mjs";

/** Random numbers from 0 to 1 that a seed repeats (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Processes that a process has started, and they in turn (Linux). */
export function childrenOf(pid) {
  const parents = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, parent] = readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1].split(" ");
      parents.set(Number(name), Number(parent));
    } catch {
      // It has ended meanwhile.
    }
  }
  const found = [];
  const look = (of) => {
    for (const [child, parent] of parents) {
      if (parent !== of) continue;
      found.push(child);
      look(child);
    }
  };
  look(pid);
  return found;
}

export function openFiles(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** The processes of a server that train. */
export function runProcesses(pid) {
  return childrenOf(pid).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/cmdline`, "utf8").includes("run-process");
    } catch {
      return false;
    }
  });
}

function send(signal, pids) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
  return pids.length;
}

async function freeze(pids, ms) {
  send("SIGSTOP", pids);
  await delay(ms);
  send("SIGCONT", pids);
  return `${pids.length} processes, ${(ms / 1_000).toFixed(1)} s`;
}

/** Faults by name; each answers what it did. */
export function faultsOf({ server, folder, cutViewers, random }) {
  const database = async () => {
    const pid = await postmasterPid(folder).catch(() => undefined);
    return pid === undefined ? [] : [pid, ...childrenOf(pid)];
  };
  return {
    "a run's process killed": async () => `${send("SIGKILL", runProcesses(server.pid))} processes`,
    "a run's process stands still": () => freeze(runProcesses(server.pid), 2_000 + random() * 10_000),
    "the database killed": async () => `${send("SIGKILL", (await database()).slice(0, 1))} processes`,
    "all of the database killed": async () => `${send("SIGKILL", await database())} processes`,
    "the database stands still": async () => freeze(await database(), 1_000 + random() * 8_000),
    "viewers cut": async () => `${cutViewers()} viewers`,
  };
}
