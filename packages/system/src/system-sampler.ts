import { hostname, loadavg } from "node:os";
import { type EventInput, hostParams } from "@fedloom/protocol";
import { createCpuMeter } from "./cpu-meter.js";
import { readDisk } from "./disk.js";
import { watchGpus } from "./gpus.js";
import { LastReading } from "./last-reading.js";
import { type MachineSource, openMachineSource } from "./machine-source.js";

/** What `system_metrics` says of a machine. */
export type SystemSample = EventInput<"system_metrics">;

export interface SystemSamplerOptions {
  /** Under which name; that of this machine. */
  host?: string | undefined;
  /** A folder of the filesystem that counts as the disk; the working directory. */
  diskPath?: string | undefined;
  /** Time between the samples of `onSample`, in ms; 5,000. */
  intervalMs?: number | undefined;
  /** Hears once of each part that cannot be read, such as `disk`, and without a reason when it can be again. */
  onFailure?: ((part: string, reason: string | undefined) => void) | undefined;
  /** Where the figures come from: `proc` on Linux, the `library` systeminformation elsewhere. */
  source?: "proc" | "library" | undefined;
  /** The program that tells of NVIDIA GPUs; `nvidia-smi`. */
  nvidiaSmi?: string | undefined;
}

/**
 * Measures this machine. CPU is in percent of all cores since the sample before; memory is what cannot be had by a new
 * program, and its limit that of the control group where there is one; network bytes are counters over the real
 * interfaces since these came up, so they fall only when the machine, or an interface, starts anew.
 */
export interface SystemSampler extends AsyncDisposable {
  /** Measures now. Never rejects: a part that cannot be read keeps its last value, 0 at first. */
  sample(): Promise<SystemSample>;
  /** Calls `listener` with a sample now and at each interval; returns how to stop that. Lets the process end. */
  onSample(listener: (sample: SystemSample) => void): () => void;
  close(): Promise<void>;
}

export const SAMPLE_INTERVAL_MS = 5_000;
/** How long the CPU is watched before the first sample says how busy it is. */
const FIRST_SPAN_MS = 200;

/**
 * Begins to measure this machine; nothing in it blocks the thread that calls.
 * @throws RangeError for a host name that no event can carry.
 */
export function createSystemSampler(options: SystemSamplerOptions = {}): SystemSampler {
  const { intervalMs = SAMPLE_INTERVAL_MS, diskPath = process.cwd(), onFailure = () => {} } = options;
  const host = checkHost(options.host ?? hostname());
  const source = openMachineSource(options.source);
  const gpus = watchGpus({ command: options.nvidiaSmi, intervalMs });
  const parts = createParts(source, { diskPath, onFailure });
  const timers = new Set<NodeJS.Timeout>();
  const isReady = parts.cpu.read().then(() => new Promise((resolve) => setTimeout(resolve, FIRST_SPAN_MS)));

  const sample = async (): Promise<SystemSample> => {
    await isReady;
    const [cpuPercent, memory, network, disk] = await Promise.all([
      parts.cpu.read(),
      parts.memory.read(),
      parts.network.read(),
      parts.disk.read(),
    ]);
    const found = gpus.read();
    return {
      host,
      cpuPercent,
      memoryPercent: memory.percent,
      memoryUsedBytes: memory.usedBytes,
      diskPercent: disk.percent,
      diskUsedBytes: disk.usedBytes,
      networkRxBytes: network.rxBytes,
      networkTxBytes: network.txBytes,
      loadAverage: loadavg()[0] ?? 0,
      ...(found.length > 0 && { gpu: found }),
    };
  };

  return {
    sample,
    onSample(listener) {
      let isStopped = false;
      const next = async () => {
        const each = await sample();
        try {
          if (!isStopped) listener(each);
        } catch (error) {
          onFailure("listener", String(error));
        }
      };
      const timer = setInterval(() => void next(), intervalMs).unref();
      timers.add(timer);
      void next();
      return () => {
        isStopped = true;
        clearInterval(timer);
        timers.delete(timer);
      };
    },
    close,
    [Symbol.asyncDispose]: close,
  };

  async function close(): Promise<void> {
    for (const timer of timers) clearInterval(timer);
    timers.clear();
    gpus.close();
    await source.close();
  }
}

function checkHost(host: string): string {
  if (hostParams.safeParse({ host }).success) return host;
  const received = JSON.stringify(host.slice(0, 40));
  throw new RangeError(`host: expected 1 to 128 characters without control characters, received ${received}`);
}

interface PartOptions {
  diskPath: string;
  onFailure: (part: string, reason: string | undefined) => void;
}

function createParts(source: MachineSource, { diskPath, onFailure }: PartOptions) {
  const cpuPercent = createCpuMeter(source.cpuTimes);
  const part = <Value>(name: string, read: () => Promise<Value>, first: Value) =>
    new LastReading({ read, first, onFailure: (reason) => onFailure(name, reason) });
  return {
    cpu: part("cpu", cpuPercent, 0),
    memory: part("memory", source.memory, { percent: 0, usedBytes: 0 }),
    network: part("network", source.network, { rxBytes: 0, txBytes: 0 }),
    disk: part("disk", () => readDisk(diskPath), { percent: 0, usedBytes: 0 }),
  };
}
