import { type ChildProcess, spawn } from "node:child_process";
import type { EventInput } from "@fedloom/protocol";
import { toPercent } from "./cpu-meter.js";

export type GpuSample = NonNullable<EventInput<"system_metrics">["gpu"]>[number];

export interface GpuWatchOptions {
  /** The program that tells; `nvidia-smi`. */
  command?: string | undefined;
  intervalMs: number;
}

export interface GpuWatch {
  /** How the GPUs were when they were last heard of; none once nothing is heard of them. */
  read(): GpuSample[];
  close(): void;
}

const FIELDS = "index,name,utilization.gpu,memory.used,memory.total";
const MIB = 1_024 * 1_024;
const MAX_GPUS = 64;
const MAX_LINE_LENGTH = 4_096;
/** Times between reports after which the last one says nothing any more. */
const MISSED_REPORTS = 3;
/** How soon reports that ended are begun anew, in ms. */
const RESTART_MS = 60_000;

/**
 * Watches NVIDIA's GPUs through one `nvidia-smi` that reports by itself, since each start of it costs up to a second of a
 * core. Where there is none it is tried once, and costs nothing from then on.
 */
export function watchGpus({ command = "nvidia-smi", intervalMs }: GpuWatchOptions): GpuWatch {
  const gpus = new Map<number, { gpu: GpuSample; heardAt: number }>();
  let child: ChildProcess | undefined;
  let restartTimer: NodeJS.Timeout | undefined;
  const start = () => {
    child = startReports(command, intervalMs, (index, gpu) => {
      if (index < MAX_GPUS) gpus.set(index, { gpu, heardAt: performance.now() });
    });
    // A driver that is replaced takes the reports with it; one that never reported is not there.
    child.once("exit", () => {
      if (gpus.size > 0 && child) restartTimer = setTimeout(start, RESTART_MS).unref();
    });
  };
  start();
  return {
    read() {
      const oldest = performance.now() - MISSED_REPORTS * intervalMs;
      const heard = [...gpus].filter(([, { heardAt }]) => heardAt >= oldest);
      return heard.sort(([a], [b]) => a - b).map(([, { gpu }]) => gpu);
    },
    close() {
      clearTimeout(restartTimer);
      // One that could not be started has no id, and Node 20 would kill this process's own group in its place.
      if (child?.pid !== undefined) child.kill("SIGKILL");
      child = undefined;
    },
  };
}

function startReports(
  command: string,
  intervalMs: number,
  onReport: (index: number, gpu: GpuSample) => void,
): ChildProcess {
  const args = [`--query-gpu=${FIELDS}`, "--format=csv,noheader,nounits", `--loop-ms=${intervalMs}`];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"], windowsHide: true });
  // Not to be started: the same as not being there.
  child.on("error", () => {});
  child.unref();
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = (lines.pop() ?? "").slice(0, MAX_LINE_LENGTH);
    for (const line of lines) {
      const report = parseReport(line);
      if (report) onReport(report.index, report.gpu);
    }
  });
  // A pipe that is read keeps a process alive, which this must not.
  (child.stdout as unknown as { unref?: () => void }).unref?.();
  return child;
}

/** Reads a line such as `0, NVIDIA H200, 37, 1024, 143771`: percent and MiB; `[N/A]` counts as 0. */
export function parseReport(line: string): { index: number; gpu: GpuSample } | undefined {
  const columns = line.split(",").map((column) => column.trim());
  const [index, name, utilization, used, total] = columns;
  if (columns.length !== 5 || !name || !/^\d+$/.test(index ?? "")) return undefined;
  const bytes = (text: string | undefined) => Math.round(numberOf(text) * MIB);
  return {
    index: Number(index),
    gpu: {
      name: name.slice(0, 128),
      utilizationPercent: toPercent(numberOf(utilization), 100),
      memoryUsedBytes: bytes(used),
      memoryTotalBytes: bytes(total),
    },
  };
}

function numberOf(text: string | undefined): number {
  const number = Number(text);
  return Number.isFinite(number) && number >= 0 ? number : 0;
}
