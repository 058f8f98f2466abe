import { cellState } from "./cell-state.js";
import type { TimelineDrawing } from "./draw-timeline.js";
import type { TimelineColours } from "./timeline-colours.js";
import { LANE_HEIGHT, xOf, yOf } from "./timeline-layout.js";

const RADIUS = 2.5;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Draws anew what is more than a shade, where cells are wide enough for a sign: few among many. */
export function drawSigns({ context, layout, columns, order, colours }: TimelineDrawing): void {
  const { cellWidth, from, firstLane, endLane } = layout;
  context.font = "bold 11px ui-sans-serif, system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 1.5;
  for (const [at, column] of columns.entries()) {
    for (let place = firstLane; column && place < endLane; place += 1) {
      const lane = order[place] as number;
      const state = column.states[lane] ?? cellState.absent;
      if (state === cellState.ok) continue;
      const box = {
        x: xOf(from + at, layout),
        y: yOf(place, layout) + 1,
        width: cellWidth - 2,
        height: LANE_HEIGHT - 2,
      };
      context.fillStyle = colours.surface;
      context.fillRect(box.x, box.y, box.width, box.height);
      drawState(context, box, { state, share: column.values[lane] ?? 0, colours });
    }
  }
}

function drawState(
  context: CanvasRenderingContext2D,
  box: Box,
  { state, share, colours }: { state: number; share: number; colours: TimelineColours },
): void {
  const { x, y, width, height } = box;
  switch (state) {
    case cellState.absent:
      context.fillStyle = colours.line;
      context.fillRect(x + width / 2 - 1, y + height / 2 - 1, 2, 2);
      return;
    case cellState.selected:
      return outline(context, box, colours.strong);
    case cellState.training: {
      const filled = Math.max(2, height * share);
      context.fillStyle = colours.accent;
      context.fillRect(x, y + height - filled, width, filled);
      return outline(context, box, colours.accent);
    }
    case cellState.unfinished:
      outline(context, box, colours.strong);
      return sign(context, box, { text: "–", colour: colours.muted });
    case cellState.timeout:
      outline(context, box, colours.warn);
      return sign(context, box, { text: "!", colour: colours.warn });
    case cellState.rejected:
      outline(context, box, colours.odd);
      return sign(context, box, { text: "⊘", colour: colours.odd });
    case cellState.failed:
      context.fillStyle = colours.bad;
      context.fillRect(x, y, width, height);
      return sign(context, box, { text: "×", colour: colours.surface });
  }
}

function outline(context: CanvasRenderingContext2D, { x, y, width, height }: Box, colour: string): void {
  context.strokeStyle = colour;
  context.beginPath();
  context.roundRect(x + 0.75, y + 0.75, width - 1.5, height - 1.5, RADIUS);
  context.stroke();
}

function sign(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  { text, colour }: { text: string; colour: string },
): void {
  context.fillStyle = colour;
  context.fillText(text, x + width / 2, y + height / 2 + 0.5);
}
