const HOUR_MS = 3_600_000;

/** How long silences last, as they are offered. */
export const durations = [
  { value: "1h", label: "1 hour", ms: HOUR_MS },
  { value: "4h", label: "4 hours", ms: 4 * HOUR_MS },
  { value: "1d", label: "1 day", ms: 24 * HOUR_MS },
  { value: "7d", label: "7 days", ms: 7 * 24 * HOUR_MS },
  { value: "until", label: "Until…" },
] as const;
export type DurationName = (typeof durations)[number]["value"];

/**
 * When a silence ends that begins at `now` (ms), ISO 8601; `until` is what a field for date and time holds. Undefined
 * where that is no time, or one that is past.
 */
export function endOf(duration: DurationName, until: string, now: number): string | undefined {
  const known = durations.find(({ value }) => value === duration);
  const end = known && "ms" in known ? now + known.ms : Date.parse(until);
  return end > now ? new Date(end).toISOString() : undefined;
}

/** A time in ms as a field for date and time holds it: in the reader's zone, to the minute. */
export function fieldTime(ms: number): string {
  const minutes = new Date(ms).getTimezoneOffset();
  return new Date(ms - minutes * 60_000).toISOString().slice(0, 16);
}
