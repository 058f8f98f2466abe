import { type KeyboardEvent, useState } from "react";
import { formatCount, formatPercent } from "../ui/format.js";
import type { ChartColour } from "./chart-props.js";
import { lineColour } from "./line-colour.js";

export interface BarPart {
  key: string;
  label: string;
  colour: ChartColour;
}

/** One bar: a round, or a mean over several that follow each other. */
export interface Bar {
  from: number;
  to: number;
  /** One for each part. */
  values: readonly number[];
}

export interface StackedBarsProps {
  title: string;
  unit: "round" | "epoch";
  parts: readonly BarPart[];
  bars: readonly Bar[];
  format: (value: number | undefined) => string;
}

/** What rounds are made up of, a bar for each; the legend has the one that is pointed at, or the mean of all. */
export function StackedBars({ title, unit, parts, bars, format }: StackedBarsProps) {
  const [at, setAt] = useState<number>();
  const shown = at === undefined ? undefined : bars[at];
  const means = meansOf(bars, parts.length);
  const values = shown?.values ?? means;
  const total = sum(values);
  const highest = Math.max(...bars.map((bar) => sum(bar.values)), Number.MIN_VALUE);
  const [first, last] = [bars[0], bars.at(-1)];
  const where = placeOf(shown ?? { from: first?.from ?? 0, to: last?.to ?? 0 }, unit);
  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setAt((before) => Math.min(bars.length - 1, Math.max(0, (before ?? (by > 0 ? -1 : bars.length)) + by)));
  };
  return (
    <>
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {parts.map(({ key, label, colour }, part) => (
          <li key={key} className="flex min-w-0 items-center gap-2">
            <span
              className={`size-3 shrink-0 rounded-xs bg-current ${lineColour[colour]}`}
              aria-hidden="true"
            />
            <bdi className="min-w-0 text-muted [overflow-wrap:anywhere]">{label}</bdi>
            <span className="whitespace-nowrap font-medium">{format(values[part])}</span>
            <span className="text-muted">{formatPercent(total > 0 ? (values[part] ?? 0) / total : 0)}</span>
          </li>
        ))}
      </ul>
      <p className="mb-2 text-muted text-xs leading-5" aria-live="polite">
        {where}: {format(total)}
        {shown && (
          <span className="sr-only">
            ; {parts.map(({ label }, part) => `${label} ${format(values[part])}`).join("; ")}
          </span>
        )}
      </p>
      <div className="flex gap-2">
        <div className="flex h-44 flex-col justify-between text-right text-muted text-xs" aria-hidden="true">
          <span className="-mt-2">{format(highest)}</span>
          <span>{format(highest / 2)}</span>
          <span className="-mb-2">{format(0)}</span>
        </div>
        <figure
          role="img"
          aria-label={`${title}. ${where}: ${parts.map(({ label }, part) => `${label} ${format(values[part])}`).join("; ")}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: its values are read by the arrow keys
          tabIndex={0}
          onKeyDown={move}
          onBlur={() => setAt(undefined)}
          onPointerLeave={() => setAt(undefined)}
          className="flex h-44 min-w-0 flex-1 items-end border-line border-b bg-[linear-gradient(var(--line)_1px,transparent_1px)] bg-[length:100%_50%]"
        >
          {bars.map((bar, index) => (
            <span
              key={bar.from}
              onPointerEnter={() => setAt(index)}
              className={`flex h-full min-w-0 flex-1 items-end justify-center ${index === at ? "bg-raised" : ""}`}
            >
              <span
                className="flex w-[84%] max-w-14 flex-col-reverse"
                style={{ height: `${(sum(bar.values) / highest) * 100}%` }}
              >
                {parts.map(({ key, colour }, part) => (
                  <span
                    key={key}
                    className={`block min-h-0 bg-current ${lineColour[colour]}`}
                    style={{ flexGrow: bar.values[part] ?? 0, flexBasis: 0 }}
                  />
                ))}
              </span>
            </span>
          ))}
        </figure>
      </div>
      <p className="mt-1 flex justify-between pl-12 text-muted text-xs" aria-hidden="true">
        <span>{bars[0] && placeOf(bars[0], unit)}</span>
        <span>{bars.length > 1 && placeOf(bars[bars.length - 1] as Bar, unit)}</span>
      </p>
    </>
  );
}

function meansOf(bars: readonly Bar[], numParts: number): number[] {
  const numRounds = sum(bars.map(({ from, to }) => to - from + 1));
  return Array.from(
    { length: numParts },
    (_, part) => sum(bars.map(({ from, to, values }) => (values[part] ?? 0) * (to - from + 1))) / numRounds,
  );
}

function placeOf({ from, to }: Pick<Bar, "from" | "to">, unit: string): string {
  return from === to
    ? `${unit} ${formatCount(from)}`
    : `mean of ${unit}s ${formatCount(from)} to ${formatCount(to)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
