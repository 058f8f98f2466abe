// What the benchmarks of arithmetic share: one core for all, contestants that take turns, numpy in a process of its own.
import { execFileSync, spawn } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { median, own } from "./process-figures.mjs";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
/** A Python with numpy; `FEDLOOM_PYTHON` names another one, for instance with a numpy that has OpenBLAS. */
const PYTHON = process.env.FEDLOOM_PYTHON ?? "/usr/bin/python3";
export const isQuick = process.argv.includes("--quick");

export const describeMachine = () =>
  `${availableParallelism()} cores of ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;

/** Binds this process, and those it starts from now on, to the last core. Says on what the figures were taken. */
export function pinToOneCore() {
  const machine = describeMachine();
  try {
    execFileSync("taskset", ["-acp", `${cpus().length - 1}`, `${process.pid}`], { stdio: "ignore" });
    return `${machine}, all on one core`;
  } catch {
    return `${machine}, taskset is not installed: not bound to one core`;
  }
}

export const loadNow = () => `load average ${loadavg()[0].toFixed(1)}`;

/**
 * Starts a Python script that answers a line of JSON with a line of JSON; undefined, and a line of output, if it or numpy
 * is missing. Its first line says what it is.
 */
export async function openPeer(script) {
  const threads = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const child = spawn(PYTHON, [`python/${script}`], {
    cwd: FOLDER,
    env: { ...process.env, ...threads },
    stdio: ["pipe", "pipe", "inherit"],
  });
  // A missing program fails later, at the first line that does not come.
  child.on("error", () => {});
  own(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${script} has ended`);
    return JSON.parse(value);
  };
  try {
    const { about } = await next();
    console.log(`beside ${about}`);
  } catch {
    console.log(`${script} does not run with ${PYTHON}: peers are left out`);
    return undefined;
  }
  return {
    ask(message) {
      child.stdin.write(`${JSON.stringify(message)}\n`);
      return next();
    },
    end: () => child.kill(),
  };
}

/** A contestant of this process; `run` does the work once. */
export function here(run) {
  return (repeats) => {
    const [before, startedAt] = [process.cpuUsage(), performance.now()];
    for (let i = 0; i < repeats; i++) run(i);
    const { user, system } = process.cpuUsage(before);
    return { cpu: (user + system) / 1e6, wall: (performance.now() - startedAt) / 1e3 };
  };
}

/** A contestant of the Python process; `options` are for the method. */
export function there(peer, method, options = {}) {
  return (repeats) => peer.ask({ ...options, method, repeats });
}

const spreadOf = (values) => (Math.max(...values) - Math.min(...values)) / median(values);

/**
 * Lets contestants take turns and returns the CPU seconds of one run for each, by name: of `rounds` turns, or up to twice as
 * many where the lowest and the highest are more than 30 % apart. A turn is repeated until it takes `least`
 * seconds.
 */
export async function takeTurns(contestants, { rounds = isQuick ? 1 : 7, least = 0.05 } = {}) {
  const names = Object.keys(contestants);
  const repeats = {};
  for (const name of names) {
    let { cpu } = await contestants[name](1);
    // What is short may have to be compiled first; what is long has been by now.
    if (cpu < 1) ({ cpu } = await contestants[name](1));
    repeats[name] = isQuick ? 1 : Math.max(1, Math.ceil(least / Math.max(cpu, 1e-5)));
  }
  const figures = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < 2 * rounds; round++) {
    if (round >= rounds && names.every((name) => spreadOf(figures[name]) <= 0.3)) break;
    for (const name of names) {
      const { cpu } = await contestants[name](repeats[name]);
      figures[name].push(cpu / repeats[name]);
    }
  }
  return figures;
}

/** `12.3 (11.9 to 13.0)` milliseconds, with as many digits as a small figure needs. */
export function milliseconds(seconds) {
  const show = (value) => (value * 1e3).toFixed(value < 0.01 ? 2 : value < 0.1 ? 1 : 0);
  return `${show(median(seconds))} (${show(Math.min(...seconds))} to ${show(Math.max(...seconds))})`;
}

/** Prints rows of strings below each other; the first column to the left, the others to the right. */
export function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    console.log(`  ${cells.join("   ")}`);
  }
}

let missed = 0;

/** Says whether a limit is kept; a missed one makes the process end with code 1. */
export function check(what, { value, limit, isGood }) {
  if (!isGood) missed += 1;
  process.exitCode = missed > 0 ? 1 : 0;
  console.log(`  ${isGood ? "pass" : "MISS"} ${what}: ${value} (limit ${limit})`);
}
