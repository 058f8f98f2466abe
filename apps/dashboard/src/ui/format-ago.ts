import { formatDateTime } from "./format.js";

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** How long ago an ISO 8601 timestamp was at `now` in ms; its date when that is days. */
export function formatAgo(timestamp: string | undefined, now: number): string {
  if (timestamp === undefined) return formatDateTime(undefined);
  const time = new Date(timestamp);
  const seconds = (now - time.getTime()) / 1_000;
  if (seconds < MINUTE) return relative.format(0, "second");
  if (seconds < HOUR) return relative.format(-Math.floor(seconds / MINUTE), "minute");
  if (seconds < DAY) return relative.format(-Math.floor(seconds / HOUR), "hour");
  const isThisYear = time.getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? dayOfYear : day).format(time);
}
