import type { CpuTimes } from "./cpu-meter.js";
import { openLibrarySource } from "./library-source.js";
import { createProcSource } from "./proc-source.js";

/** Where the figures of a machine come from. Readings may reject. */
export interface MachineSource {
  cpuTimes(): Promise<CpuTimes>;
  memory(): Promise<{ percent: number; usedBytes: number }>;
  /** Bytes since the interfaces came up. */
  network(): Promise<{ rxBytes: number; txBytes: number }>;
  close(): Promise<void>;
}

/** Reads `/proc` where there is one: a few files and no process, where the library starts some, and waits for them. */
export function openMachineSource(
  kind: "proc" | "library" = process.platform === "linux" ? "proc" : "library",
): MachineSource {
  return kind === "proc" ? createProcSource() : openLibrarySource();
}
