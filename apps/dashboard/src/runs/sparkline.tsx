import { formatMetric } from "../ui/format.js";
import { sparkPath } from "./spark-path.js";
import { describeTrend, type Trend } from "./trend.js";

const BOX = { width: 72, height: 24, padding: 3 };

/** How a run does, as a small line with its last value. */
export function Sparkline({ trend }: { trend: Trend | undefined }) {
  if (!trend) return <span className="text-muted">–</span>;
  const { path, end } = sparkPath(trend.points, BOX);
  const text = describeTrend(trend, formatMetric);
  return (
    <span className="inline-flex items-center gap-2" title={text}>
      <svg
        role="img"
        aria-label={text}
        viewBox={`0 0 ${BOX.width} ${BOX.height}`}
        className="h-6 w-18 shrink-0 text-validation"
      >
        <path d={path} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
        <circle cx={end.x} cy={end.y} r="2" fill="currentColor" />
      </svg>
      <span aria-hidden="true" className="leading-tight">
        <span className="block">{formatMetric(trend.points.at(-1)?.value)}</span>
        <span className="block text-muted text-xs whitespace-nowrap">
          {trend.label.replace("validation", "val.")}
        </span>
      </span>
    </span>
  );
}
