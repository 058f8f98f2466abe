import { formatBytes, formatCount, formatDuration } from "../ui/format.js";
import type { ChartX } from "./chart-props.js";

export interface XKind {
  /** At the axis. */
  label: string;
  /** Head of its column in a table. */
  head: string;
  /** One x in a sentence. */
  write: (x: number) => string;
  /** Width of a tick's label with its distance to the next, in px. */
  room: number;
  /** Distances that ticks may have; any when absent. */
  increments?: number[];
  /** At a tick. */
  tick: (x: number, increment: number) => string;
}

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const decimalSteps = [1, 2, 5];
const wholeIncrements = Array.from(
  { length: 30 },
  (_, i) => (decimalSteps[i % 3] as number) * 10 ** Math.floor(i / 3),
);
const secondIncrements = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200,
  86_400, 172_800, 604_800,
];

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function counted(noun: string): XKind {
  return {
    label: noun,
    head: noun[0]?.toUpperCase() + noun.slice(1),
    write: (x) => `${noun} ${formatCount(x)}`,
    room: 52,
    increments: wholeIncrements,
    tick: (x) => formatCount(x),
  };
}

/** How each kind of x is written. */
export const xKinds: Readonly<Record<ChartX, XKind>> = {
  round: counted("round"),
  epoch: counted("epoch"),
  step: counted("step"),
  samples: { ...counted("samples"), write: (x) => `${formatCount(x)} samples` },
  bytes: {
    label: "bytes",
    head: "Bytes",
    write: formatBytes,
    room: 72,
    increments: wholeIncrements,
    tick: (x) => formatBytes(x),
  },
  duration: {
    label: "time since the start",
    head: "Seconds",
    write: (x) => `after ${formatDuration(x)}`,
    room: 64,
    increments: secondIncrements,
    tick: durationTick,
  },
  time: {
    label: "",
    head: "Time",
    write: (x) => moment.format(x),
    room: 92,
    increments: secondIncrements.map((seconds) => seconds * 1_000),
    tick: timeTick,
  },
};

function durationTick(seconds: number, increment: number): string {
  if (increment >= 3_600) return `${formatCount(Math.round(seconds / 360) / 10)} h`;
  if (increment >= 60) return `${formatCount(Math.round(seconds / 60))} min`;
  return `${formatCount(Math.round(seconds * 10) / 10)} s`;
}

function timeTick(time: number, increment: number): string {
  if (increment >= DAY) return day.format(time);
  const date = new Date(time);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
  if (isMidnight && increment >= HOUR) return day.format(time);
  return (increment >= MINUTE ? clock : clockWithSeconds).format(time);
}
