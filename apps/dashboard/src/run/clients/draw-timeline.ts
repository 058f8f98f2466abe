import type { CellColumn } from "./cell-store.js";
import { drawCells } from "./draw-cells.js";
import { drawSigns } from "./draw-signs.js";
import type { TimelineColours } from "./timeline-colours.js";
import { HEAD_HEIGHT, LANE_HEIGHT, type Layout, numberStep, xOf, yOf } from "./timeline-layout.js";
import { markLook, type TimelineMark } from "./timeline-marks.js";

/** Narrowest cell that has room for a sign, in px. */
const WIDE = 12;
const FONT = "12px ui-sans-serif, system-ui, sans-serif";

/** Everything a drawing needs; it reads no more than what is seen. */
export interface TimelineDrawing {
  context: CanvasRenderingContext2D;
  /** Pixels of the screen for each px. */
  ratio: number;
  layout: Layout;
  colours: TimelineColours;
  /** Of the rounds that are seen, the first one first. */
  columns: readonly (CellColumn | undefined)[];
  /** Lanes in order. */
  order: Int32Array;
  clientIds: readonly string[];
  longestMs: number;
  marks: readonly TimelineMark[];
  chosen: number | undefined;
  pointed: { round: number; place: number } | undefined;
}

/** Draws the part of the timeline that is seen. */
export function drawTimeline(drawing: TimelineDrawing): void {
  const { context, ratio, layout, colours } = drawing;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, layout.width, layout.height);
  drawChosen(drawing);
  drawCells(drawing);
  if (layout.cellWidth >= WIDE) drawSigns(drawing);
  drawHead(drawing);
  drawNames(drawing);
  drawPointed(drawing);
}

function drawChosen({ context, layout, colours, chosen }: TimelineDrawing): void {
  if (chosen === undefined) return;
  context.fillStyle = colours.raised;
  const width = Math.max(3, layout.cellWidth);
  context.fillRect(xOf(chosen, layout) - (width - layout.cellWidth) / 2, 0, width, layout.height);
}

function drawHead(drawing: TimelineDrawing): void {
  const { context, layout, colours, chosen, marks } = drawing;
  const { namesWidth, width, height, cellWidth, from, to } = layout;
  context.save();
  context.beginPath();
  context.rect(namesWidth, 0, width - namesWidth, height);
  context.clip();
  context.fillStyle = colours.surface;
  context.fillRect(namesWidth, 0, width - namesWidth, HEAD_HEIGHT - 1);
  context.font = FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const step = numberStep(layout);
  const middle = (round: number) => xOf(round, layout) + cellWidth / 2;
  context.fillStyle = colours.muted;
  const first = step === 1 ? from : Math.max(1, Math.floor(from / step)) * step;
  for (let round = first; round <= to; round += step) {
    const label = String(round);
    const room = context.measureText(label).width;
    if (chosen !== undefined && Math.abs(round - chosen) * cellWidth < room + 8) continue;
    if (middle(round) - room / 2 < namesWidth) continue;
    context.fillText(label, Math.min(middle(round), width - room / 2), HEAD_HEIGHT / 2);
  }
  if (chosen !== undefined) {
    context.font = `bold ${FONT}`;
    context.fillStyle = colours.ink;
    const half = context.measureText(String(chosen)).width / 2;
    const x = Math.min(Math.max(middle(chosen), namesWidth + half + 1), width - half - 1);
    context.fillText(String(chosen), x, HEAD_HEIGHT / 2);
    context.strokeStyle = colours.ink;
    context.lineWidth = 1;
    const edge = Math.max(2, cellWidth);
    context.strokeRect(middle(chosen) - edge / 2, HEAD_HEIGHT - 0.5, edge, height - HEAD_HEIGHT);
  }
  for (const { round, kind } of marks) {
    if (round < from - 1 || round > to + 1) continue;
    const { sign, colour } = markLook[kind];
    const x = kind === "resumed" ? xOf(round, layout) : middle(round);
    context.fillStyle = colours[colour];
    context.fillRect(x - 0.75, HEAD_HEIGHT - 4, 1.5, height);
    context.font = `bold ${FONT}`;
    const textWidth = context.measureText(sign).width + 4;
    context.fillStyle = colours.surface;
    context.fillRect(x - textWidth / 2, 2, textWidth, HEAD_HEIGHT - 6);
    context.fillStyle = colours[colour];
    context.fillText(sign, x, HEAD_HEIGHT / 2);
  }
  context.restore();
}

function drawNames({ context, layout, colours, order, clientIds, pointed }: TimelineDrawing): void {
  const { namesWidth, height, firstLane, endLane } = layout;
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, namesWidth - 2, height);
  context.save();
  context.beginPath();
  context.rect(0, HEAD_HEIGHT, namesWidth - 8, height - HEAD_HEIGHT);
  context.clip();
  context.font = FONT;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (let place = firstLane; place < endLane; place += 1) {
    const clientId = clientIds[order[place] as number] ?? "";
    context.fillStyle = pointed?.place === place ? colours.ink : colours.muted;
    context.fillText(fitted(context, clientId, namesWidth - 10), 0, yOf(place, layout) + LANE_HEIGHT / 2);
  }
  context.restore();
}

function drawPointed({ context, layout, colours, pointed }: TimelineDrawing): void {
  if (!pointed) return;
  const { namesWidth, width, height, cellWidth } = layout;
  context.save();
  context.beginPath();
  context.rect(namesWidth, HEAD_HEIGHT, width - namesWidth, height - HEAD_HEIGHT);
  context.clip();
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  const edge = Math.max(4, cellWidth);
  const x = xOf(pointed.round, layout) - (edge - cellWidth) / 2;
  context.strokeRect(x, yOf(pointed.place, layout), edge, LANE_HEIGHT);
  context.restore();
}

/** Most names whose shortened form is remembered. */
const MAX_FITTED = 5_000;
const fittedNames = new Map<string, string>();

/** As much of a name as there is room for. */
function fitted(context: CanvasRenderingContext2D, name: string, room: number): string {
  const key = `${room} ${name}`;
  const known = fittedNames.get(key);
  if (known !== undefined) return known;
  let text = name;
  for (let length = name.length; length > 1 && context.measureText(text).width > room; ) {
    length = Math.min(length - 1, Math.floor((length * room) / context.measureText(text).width) + 1);
    text = `${name.slice(0, length)}…`;
  }
  if (fittedNames.size >= MAX_FITTED) fittedNames.clear();
  fittedNames.set(key, text);
  return text;
}
