import { formatMetric, formatPercent } from "../../ui/format.js";
import { operatingPoint, type RocPoint, rocPolyline, truePositiveRateAt } from "./roc-points.js";

const SIDE = 200;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
/** False alarms at which people ask what is found. */
const ASKED = [0.05, 0.1, 0.2];

export interface RocCurveProps {
  points: readonly RocPoint[];
  auroc: number | undefined;
  /** Shows where the model decides. */
  confusion?: readonly (readonly number[])[] | undefined;
}

/** The true positive rate over the false positive rate, beside chance. */
export function RocCurve({ points, auroc, confusion }: RocCurveProps) {
  const line = rocPolyline(points, SIDE);
  const decidesAt = confusion && operatingPoint(confusion);
  const found = ASKED.flatMap((rate) => {
    const share = truePositiveRateAt(points, rate);
    return share === undefined ? [] : `${formatPercent(share)} at ${formatPercent(rate)}`;
  });
  return (
    <figure className="mx-auto w-full max-w-72">
      <svg
        viewBox={`-30 -8 ${SIDE + 42} ${SIDE + 44}`}
        role="img"
        aria-label={`ROC curve, AUC ${formatMetric(auroc)}`}
        className="w-full"
      >
        {TICKS.map((tick) => (
          <g key={tick} className="fill-muted stroke-line" fontSize="8">
            <line x1={tick * SIDE} x2={tick * SIDE} y2={SIDE} strokeWidth="0.7" />
            <line x2={SIDE} y1={tick * SIDE} y2={tick * SIDE} strokeWidth="0.7" />
            <text x={tick * SIDE} y={SIDE + 11} textAnchor="middle" stroke="none">
              {tick}
            </text>
            <text x="-5" y={(1 - tick) * SIDE + 3} textAnchor="end" stroke="none">
              {tick}
            </text>
          </g>
        ))}
        <line y1={SIDE} x2={SIDE} className="stroke-strong" strokeWidth="1" strokeDasharray="4 3" />
        <polygon points={`0,${SIDE} ${line} ${SIDE},${SIDE}`} className="fill-accent opacity-10" />
        <polyline points={line} className="fill-none stroke-accent" strokeWidth="2" strokeLinejoin="round" />
        {decidesAt && (
          <circle
            cx={decidesAt.falsePositiveRate * SIDE}
            cy={(1 - decidesAt.truePositiveRate) * SIDE}
            r="4.5"
            strokeWidth="2"
            className="fill-surface stroke-accent"
          />
        )}
        <g className="fill-muted" fontSize="8" textAnchor="middle">
          <text x={SIDE / 2} y={SIDE + 24}>
            false positive rate
          </text>
          <text transform={`translate(-22 ${SIDE / 2}) rotate(-90)`}>true positive rate</text>
        </g>
      </svg>
      <figcaption className="text-center text-muted text-sm">
        ROC curve, AUC <span className="font-medium text-ink">{formatMetric(auroc)}</span>
        {found.length > 0 && <span className="block">finds {found.join(", ")} false alarms</span>}
        {decidesAt && (
          <span className="block">
            decides at {formatPercent(decidesAt.truePositiveRate)} and{" "}
            {formatPercent(decidesAt.falsePositiveRate)}: the ring
          </span>
        )}
      </figcaption>
    </figure>
  );
}
