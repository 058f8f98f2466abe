import type { ChartBand, ChartLine, ChartProps } from "./chart-props.js";
import { lineColour } from "./line-colour.js";
import type { Readout } from "./read-out.js";

export interface ChartLegendProps extends Pick<ChartProps, "lines" | "format"> {
  bands: readonly ChartBand[];
  hidden: ReadonlySet<string>;
  readout: Readout | undefined;
  onToggle: (key: string) => void;
}

/** Names the lines, with their values where the cursor is, or their last ones; each is a switch. */
export function ChartLegend({ lines, bands, format, hidden, readout, onToggle }: ChartLegendProps) {
  return (
    <ul className="-mx-1.5 flex flex-wrap gap-x-2 gap-y-0.5 text-sm">
      {lines.map(({ key, label, colour, dashed, y }, index) => (
        <li key={key} className="min-w-0">
          <button
            type="button"
            aria-pressed={!hidden.has(key)}
            onClick={() => onToggle(key)}
            className="group flex max-w-full items-center gap-2 rounded px-1.5 py-0.5 text-left hover:bg-raised"
          >
            <svg
              viewBox="0 0 22 8"
              className={`w-5.5 shrink-0 group-aria-[pressed=false]:opacity-40 ${lineColour[colour]}`}
              aria-hidden="true"
            >
              <line
                x2="22"
                y1="4"
                y2="4"
                stroke="currentColor"
                strokeWidth="2.5"
                {...(dashed && { strokeDasharray: "6 3" })}
              />
            </svg>
            <bdi className="min-w-0 text-muted [overflow-wrap:anywhere] group-aria-[pressed=false]:line-through">
              {label}
            </bdi>
            <span className="whitespace-nowrap font-medium group-aria-[pressed=false]:hidden">
              {format((readout ? readout.values[index] : lastOf(y)) ?? undefined)}
            </span>
          </button>
        </li>
      ))}
      {bands.map(({ key, label, colour }) => (
        <li key={key} className="flex min-w-0 items-center gap-2 px-1.5 py-0.5">
          <span
            className={`h-3 w-5.5 shrink-0 rounded-xs bg-current opacity-20 ${lineColour[colour]}`}
            aria-hidden="true"
          />
          <bdi className="min-w-0 text-muted [overflow-wrap:anywhere]">{label}</bdi>
        </li>
      ))}
    </ul>
  );
}

/** The last value that there is. */
export function lastOf(y: ChartLine["y"]): number | undefined {
  return y.findLast((value) => value !== null) ?? undefined;
}
