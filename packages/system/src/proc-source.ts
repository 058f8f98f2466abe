import { readFile } from "node:fs/promises";
import { type CpuTimes, toPercent } from "./cpu-meter.js";
import type { MachineSource } from "./machine-source.js";
import { createMemoryLimit } from "./memory-limit.js";
import { createInterfaceChoice } from "./network-interfaces.js";

const KIB = 1_024;

/** The figures as Linux has them in `/proc` and `/sys`; https://docs.kernel.org/filesystems/proc.html. */
export function createProcSource(root = ""): MachineSource {
  const readText = (path: string) => readFile(`${root}${path}`, "utf8");
  const memoryLimit = createMemoryLimit(root);
  const choose = createInterfaceChoice(root);
  return {
    cpuTimes: async () => parseCpuTimes(await readText("/proc/stat")),

    async memory() {
      const { totalBytes, availableBytes } = parseMemory(await readText("/proc/meminfo"));
      const limited = await memoryLimit(totalBytes);
      if (!limited) {
        const usedBytes = totalBytes - availableBytes;
        return { percent: toPercent(usedBytes, totalBytes), usedBytes };
      }
      return { percent: toPercent(limited.usedBytes, limited.limitBytes), usedBytes: limited.usedBytes };
    },

    async network() {
      const counters = parseNetwork(await readText("/proc/net/dev"));
      const names = await choose([...counters.keys()]);
      let [rxBytes, txBytes] = [0, 0];
      for (const name of names) {
        rxBytes += counters.get(name)?.rxBytes ?? 0;
        txBytes += counters.get(name)?.txBytes ?? 0;
      }
      return { rxBytes, txBytes };
    },

    close: async () => {},
  };
}

/** The first line is that of all cores: user, nice, system, idle, iowait, irq, softirq, steal; guests are in user. */
export function parseCpuTimes(text: string): CpuTimes {
  const [, first = ""] = /^cpu +(.+)$/m.exec(text) ?? [];
  const ticks = first.split(" ").slice(0, 8).map(Number);
  const [, , , idle, iowait = 0] = ticks;
  if (idle === undefined || ticks.some(Number.isNaN)) throw new Error("/proc/stat: expected a line of cpu");
  const total = ticks.reduce((sum, each) => sum + each, 0);
  return { busy: total - idle - iowait, total };
}

export function parseMemory(text: string): { totalBytes: number; availableBytes: number } {
  const bytesOf = (name: string) => {
    const match = new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(text);
    return match ? Number(match[1]) * KIB : undefined;
  };
  const totalBytes = bytesOf("MemTotal");
  // Kernels before 3.14 do not say what is available.
  const availableBytes = bytesOf("MemAvailable") ?? (bytesOf("MemFree") ?? 0) + (bytesOf("Cached") ?? 0);
  if (totalBytes === undefined) throw new Error("/proc/meminfo: expected MemTotal");
  return { totalBytes, availableBytes };
}

/** Bytes by interface: the first column is received, the ninth transmitted. */
export function parseNetwork(text: string): Map<string, { rxBytes: number; txBytes: number }> {
  const counters = new Map<string, { rxBytes: number; txBytes: number }>();
  for (const line of text.split("\n")) {
    const [, name, columns] = /^\s*(\S+?):\s*(\d.*)$/.exec(line) ?? [];
    if (name === undefined || columns === undefined) continue;
    const values = columns.trim().split(/\s+/).map(Number);
    counters.set(name, { rxBytes: values[0] ?? 0, txBytes: values[8] ?? 0 });
  }
  return counters;
}
