import { formatWholePercent } from "./figures.js";
import { Meter } from "./meter.js";

const RADIUS = 26;
const LENGTH = 2 * Math.PI * RADIUS;

export interface GaugeProps {
  label: string;
  /** 0 to 100. */
  percent: number;
  /** What it means in other units. */
  detail?: string;
  isStale: boolean;
}

/** A ring that fills with a percentage. */
export function Gauge({ label, percent, detail, isStale }: GaugeProps) {
  const share = Math.min(1, Math.max(0, percent / 100));
  return (
    <div className="min-w-0 text-center">
      <div className="relative mx-auto size-18">
        <Meter
          label={label}
          percent={percent}
          text={`${formatWholePercent(share)}${detail ? `, ${detail}` : ""}`}
        />
        <svg viewBox="0 0 64 64" className="size-full -rotate-90" aria-hidden="true">
          <g fill="none" strokeWidth="6">
            <circle cx="32" cy="32" r={RADIUS} className="stroke-raised" />
            <circle
              cx="32"
              cy="32"
              r={RADIUS}
              strokeDasharray={`${share * LENGTH} ${LENGTH}`}
              className={`motion-safe:transition-[stroke-dasharray] motion-safe:duration-500 ${strokeOf(percent, isStale)}`}
            />
          </g>
        </svg>
        <span
          className={`absolute inset-0 grid place-items-center font-semibold text-sm ${isStale ? "text-muted" : ""}`}
        >
          {formatWholePercent(share)}
        </span>
      </div>
      <p className="mt-1 text-sm">{label}</p>
      {detail && <p className="truncate text-muted text-xs">{detail}</p>}
    </div>
  );
}

/** The colour says how near it is to its end; a figure of the past is grey. */
function strokeOf(percent: number, isStale: boolean): string {
  if (isStale) return "stroke-strong";
  if (percent >= 95) return "stroke-bad";
  return percent >= 85 ? "stroke-warn" : "stroke-accent";
}
