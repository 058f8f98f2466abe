import type uPlot from "uplot";
import type { ChartMark } from "./chart-props.js";
import { colour } from "./colours.js";

const TONE: Record<ChartMark["tone"], string> = { info: "muted", warn: "warn", bad: "bad" };
/** Whose word comes first where there is no room for all. */
const RANK: Record<ChartMark["tone"], number> = { warn: 0, info: 1, bad: 2 };
const GAP = 6;

/** Draws what happened as lines from top to bottom, with its word where there is room for it. */
export function drawMarks(plot: uPlot, marks: readonly ChartMark[]): void {
  if (marks.length === 0) return;
  const { ctx, bbox, scales } = plot;
  const { min, max } = scales.x ?? {};
  if (min === undefined || max === undefined) return;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px ui-sans-serif, system-ui, sans-serif`;
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  const end = bbox.left + bbox.width;
  const taken: [number, number][] = [];
  for (const { x, label, tone } of [...marks].sort((one, other) => RANK[one.tone] - RANK[other.tone])) {
    if (x < min || x > max) continue;
    const left = Math.round(plot.valToPos(x, "x", true));
    ctx.strokeStyle = colour(TONE[tone]);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(label).width;
    const isRight = left + GAP * ratio + width <= end;
    const start = isRight ? left + GAP * ratio : left - GAP * ratio - width;
    const stop = start + width;
    if (start < bbox.left || taken.some(([from, to]) => start < to + GAP && stop > from - GAP)) continue;
    taken.push([start, stop]);
    ctx.fillStyle = colour(TONE[tone]);
    ctx.fillText(label, start, bbox.top + 2 * ratio);
  }
  ctx.restore();
}
