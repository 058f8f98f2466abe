/** What all cores did since the machine started, in any unit. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/** How busy all cores were since the call before, in percent; 0 at first. */
export function createCpuMeter(read: () => Promise<CpuTimes>): () => Promise<number> {
  let last: CpuTimes | undefined;
  let percent = 0;
  return async () => {
    const now = await read();
    const total = last ? now.total - last.total : 0;
    // Counters of one clock tick, or of cores that were taken away, say nothing.
    if (last && total > 0) percent = toPercent(now.busy - last.busy, total);
    if (!last || total !== 0) last = now;
    return percent;
  };
}

/** `part` of `whole` in percent, from 0 to 100, to two decimals. */
export function toPercent(part: number, whole: number): number {
  if (!(whole > 0)) return 0;
  return Math.round(Math.min(1, Math.max(0, part / whole)) * 10_000) / 100;
}
