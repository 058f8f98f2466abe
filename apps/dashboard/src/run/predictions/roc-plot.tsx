import type { RunPredictions } from "@fedloom/protocol";
import { formatMetric, formatPercent } from "../../ui/format.js";
import { operatingPoint, rocPath } from "./roc-path.js";

const SIDE = 160;
const MARGIN = { left: 30, bottom: 34, top: 6, right: 6 };

/** The exact ROC curve, with the point at which the model decides. */
export function RocPlot({ answer }: { answer: RunPredictions }) {
  const { roc, auroc, confusion } = answer;
  if (!roc) return null;
  const point = confusion && operatingPoint(confusion);
  const told = point
    ? ` The model decides at ${formatPercent(point.truePositiveRate)} true and ${formatPercent(point.falsePositiveRate)} false positives.`
    : "";
  return (
    <svg
      role="img"
      aria-label={`ROC curve, area ${formatMetric(auroc)}.${told}`}
      viewBox={`${-MARGIN.left} ${-MARGIN.top} ${SIDE + MARGIN.left + MARGIN.right} ${SIDE + MARGIN.top + MARGIN.bottom}`}
      className="w-full max-w-56"
    >
      <rect width={SIDE} height={SIDE} className="fill-none stroke-line" />
      <path d={`M0 ${SIDE}L${SIDE} 0`} strokeDasharray="3 3" className="stroke-strong" />
      <path d={rocPath(roc, SIDE)} strokeWidth="2" className="fill-none stroke-accent" />
      {point && (
        <circle
          cx={point.falsePositiveRate * SIDE}
          cy={(1 - point.truePositiveRate) * SIDE}
          r="4"
          strokeWidth="2"
          className="fill-surface stroke-accent"
        />
      )}
      <g className="fill-muted text-[10px]">
        <text x="-5" y="8" textAnchor="end">
          1
        </text>
        <text x="-5" y={SIDE} textAnchor="end">
          0
        </text>
        <text x="0" y={SIDE + 13} textAnchor="middle">
          0
        </text>
        <text x={SIDE} y={SIDE + 13} textAnchor="middle">
          1
        </text>
        <text x={SIDE / 2} y={SIDE + 27} textAnchor="middle">
          false positive rate
        </text>
        <text transform={`translate(-14 ${SIDE / 2}) rotate(-90)`} textAnchor="middle">
          true positive rate
        </text>
      </g>
    </svg>
  );
}
