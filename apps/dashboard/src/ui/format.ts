const MISSING = "–";

const countFormat = new Intl.NumberFormat();
const metricFormat = new Intl.NumberFormat(undefined, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
const percentFormat = new Intl.NumberFormat(undefined, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const tenthsFormat = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clockFormat = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

export function formatCount(value: number | undefined): string {
  return value === undefined ? MISSING : countFormat.format(value);
}

/** A number with its noun: `1 event`, `2 events`. */
export function formatCountOf(value: number | undefined, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A loss or a score with three decimals. */
export function formatMetric(value: number | undefined): string {
  return value === undefined ? MISSING : Number.isFinite(value) ? metricFormat.format(value) : String(value);
}

/** A share between 0 and 1. */
export function formatPercent(value: number | undefined): string {
  return value === undefined ? MISSING : Number.isFinite(value) ? percentFormat.format(value) : String(value);
}

/** A duration in seconds, such as `4.2 s`, `3 min 05 s` or `2 h 10 min`. */
export function formatDuration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return MISSING;
  if (seconds < 10) return `${tenthsFormat.format(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${countFormat.format(hours)} h ${pad(minutes)} min`;
  return `${minutes} min ${pad(whole % 60)} s`;
}

/** An estimate: whole seconds, minutes or hours. */
export function formatEstimate(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 && whole % 60 === 0 ? `${whole / 60} min` : formatDuration(whole);
}

export function formatMilliseconds(ms: number | undefined): string {
  return formatDuration(ms === undefined ? undefined : ms / 1000);
}

/** Bytes in decimal units, such as `1.2 MB`. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return MISSING;
  const units = ["B", "kB", "MB", "GB", "TB"];
  if (bytes < 1000) return `${countFormat.format(bytes)} B`;
  const power = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${tenthsFormat.format(bytes / 1000 ** power)} ${units[power]}`;
}

/** Date and time of an ISO 8601 timestamp in the reader's zone. */
export function formatDateTime(timestamp: string | undefined): string {
  return timestamp === undefined ? MISSING : dateFormat.format(new Date(timestamp));
}

/** Time of day of an ISO 8601 timestamp in the reader's zone. */
export function formatClock(timestamp: string): string {
  return clockFormat.format(new Date(timestamp));
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
