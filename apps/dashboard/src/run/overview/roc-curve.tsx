import { formatMetric, formatPercent } from "../../ui/format.js";
import type { RocPoint } from "./evaluation-details.js";

const SIZE = 200;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
/** False alarms at which people ask what is found. */
const ASKED = [0.05, 0.1, 0.2];

/** The true positive rate over the false positive rate, beside chance. */
export function RocCurve({ points, auroc }: { points: readonly RocPoint[]; auroc: number | undefined }) {
  const path = points.map(
    ({ falsePositiveRate, truePositiveRate }) =>
      `${falsePositiveRate * SIZE},${(1 - truePositiveRate) * SIZE}`,
  );
  const found = ASKED.flatMap(
    (rate) => points.find(({ falsePositiveRate }) => falsePositiveRate === rate) ?? [],
  );
  return (
    <figure className="mx-auto w-full max-w-72">
      <svg
        viewBox={`-30 -8 ${SIZE + 42} ${SIZE + 44}`}
        role="img"
        aria-label={`ROC curve, AUC ${formatMetric(auroc)}`}
        className="w-full"
      >
        {TICKS.map((tick) => (
          <g key={tick} className="fill-muted stroke-line" fontSize="8">
            <line x1={tick * SIZE} x2={tick * SIZE} y2={SIZE} strokeWidth="0.7" />
            <line x2={SIZE} y1={tick * SIZE} y2={tick * SIZE} strokeWidth="0.7" />
            <text x={tick * SIZE} y={SIZE + 11} textAnchor="middle" stroke="none">
              {tick}
            </text>
            <text x="-5" y={(1 - tick) * SIZE + 3} textAnchor="end" stroke="none">
              {tick}
            </text>
          </g>
        ))}
        <line y1={SIZE} x2={SIZE} className="stroke-strong" strokeWidth="1" strokeDasharray="4 3" />
        <polygon points={`0,${SIZE} ${path.join(" ")} ${SIZE},${SIZE}`} className="fill-accent opacity-10" />
        <polyline
          points={path.join(" ")}
          className="fill-none stroke-accent"
          strokeWidth="2"
          strokeLinejoin="round"
        />
        <g className="fill-muted" fontSize="8" textAnchor="middle">
          <text x={SIZE / 2} y={SIZE + 24}>
            false positive rate
          </text>
          <text transform={`translate(-22 ${SIZE / 2}) rotate(-90)`}>true positive rate</text>
        </g>
      </svg>
      <figcaption className="text-center text-muted text-sm">
        AUC <span className="font-medium text-ink">{formatMetric(auroc)}</span>
        {found.length > 0 && (
          <span className="block">
            finds{" "}
            {found
              .map(
                (point) =>
                  `${formatPercent(point.truePositiveRate)} at ${formatPercent(point.falsePositiveRate)}`,
              )
              .join(", ")}{" "}
            false alarms
          </span>
        )}
      </figcaption>
    </figure>
  );
}
