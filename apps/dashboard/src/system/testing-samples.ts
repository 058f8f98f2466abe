import type { HostSample } from "./hosts.js";

/** A sample of a machine with some of its figures given. */
export function sampleOf(host: string, changes: Partial<HostSample> = {}): HostSample {
  return {
    host,
    cpuPercent: 10,
    memoryPercent: 50,
    memoryUsedBytes: 8e9,
    diskPercent: 20,
    diskUsedBytes: 1e12,
    networkRxBytes: 0,
    networkTxBytes: 0,
    loadAverage: 0.5,
    ...changes,
  };
}
