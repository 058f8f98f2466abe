import type { ChartColour } from "./chart-props.js";
import { lineColour } from "./line-colour.js";

const [WIDTH, HEIGHT] = [96, 24];
/** More points than so many cannot be told apart. */
const MAX_POINTS = 192;

export interface SparklineProps {
  y: readonly number[];
  /** What it shows, with its ends. */
  label: string;
  colour?: ChartColour;
}

/** A line without axes, beside the numbers that it goes with. */
export function Sparkline({ y, label, colour = "series-1" }: SparklineProps) {
  const finite = y.filter(Number.isFinite);
  const every = Math.max(1, Math.ceil(finite.length / MAX_POINTS));
  // The largest of each few, so that what happened once is seen.
  const points: number[] = [];
  for (let start = 0; start < finite.length; start += every)
    points.push(Math.max(...finite.slice(start, start + every)));
  const [low, high] = [Math.min(0, ...points), Math.max(...points, Number.MIN_VALUE)];
  const at = (value: number, index: number) =>
    `${((index + 0.5) / points.length) * WIDTH},${HEIGHT - 2 - ((value - low) / (high - low)) * (HEIGHT - 4)}`;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      className={`h-6 w-24 shrink-0 ${lineColour[colour]}`}
      preserveAspectRatio="none"
    >
      <line y1={HEIGHT - 1.5} x2={WIDTH} y2={HEIGHT - 1.5} className="stroke-line" strokeWidth="1" />
      {points.length === 1 ? (
        <circle cx={WIDTH / 2} cy={at(points[0] as number, 0).split(",")[1]} r="2" fill="currentColor" />
      ) : (
        <polyline points={points.map(at).join(" ")} fill="none" stroke="currentColor" strokeWidth="1.5" />
      )}
    </svg>
  );
}
