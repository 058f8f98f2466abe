import { FIRST_SHADE, looksOfLane, NUM_LOOKS, roundsOfPixels } from "./cell-looks.js";
import { cellState } from "./cell-state.js";
import type { TimelineDrawing } from "./draw-timeline.js";
import { LANE_HEIGHT, xOf, yOf } from "./timeline-layout.js";

/** Rows of pixels of a lane before it is stretched to its height. */
const ROWS = 6;
/** Narrowest that a problem is drawn, in px, so that one in a thousand is seen. */
const MIN_PROBLEM = 2;
/** Which of these rows a look fills, so that its colour is not all that tells it: a bit for each, the top one first. */
const PATTERN = new Uint8Array(NUM_LOOKS).fill(0b111111, FIRST_SHADE);
PATTERN[cellState.unknown] = 0b001100;
PATTERN[cellState.selected] = 0b111111;
PATTERN[cellState.training] = 0b000111;
PATTERN[cellState.unfinished] = 0b001100;
PATTERN[cellState.timeout] = 0b110011;
PATTERN[cellState.rejected] = 0b101101;
PATTERN[cellState.failed] = 0b111111;

let buffer: OffscreenCanvas | undefined;

/** Draws all cells pixel by pixel: however many rounds there are, it is the same work. */
export function drawCells(drawing: TimelineDrawing): void {
  const { context, layout, columns, order, colours, longestMs, ratio } = drawing;
  const { namesWidth, width, cellWidth, from, firstLane, endLane } = layout;
  drawPlanned(drawing);
  const left = Math.max(namesWidth, Math.floor(xOf(from, layout)));
  const end = Math.min(width, xOf(from + columns.length, layout));
  const numPixels = Math.ceil((end - left) * ratio);
  const numLanes = endLane - firstLane;
  if (numPixels <= 0 || numLanes <= 0) return;
  const start = (left - xOf(from, layout)) / cellWidth;
  const rounds = roundsOfPixels(start, 1 / (cellWidth * ratio), numPixels);
  const image = new ImageData(numPixels, numLanes * ROWS);
  const pixels = new Uint32Array(image.data.buffer);
  const looks = new Uint8Array(numPixels);
  const gap = cellWidth < 4 ? 0 : cellWidth < 12 ? 1 : 2;
  for (let place = firstLane; place < endLane; place += 1) {
    looksOfLane(order[place] as number, rounds, { columns, longestMs, looks });
    if (cellWidth < MIN_PROBLEM) widenProblems(looks, Math.ceil(MIN_PROBLEM * ratio));
    else clearGaps(looks, rounds.starts, Math.round(gap * ratio));
    paintLane(pixels, looks, {
      top: (place - firstLane) * ROWS * numPixels,
      palette: colours.palette,
    });
  }
  buffer ??= new OffscreenCanvas(1, 1);
  buffer.width = numPixels;
  buffer.height = numLanes * ROWS;
  buffer.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(buffer, left, yOf(firstLane, layout), numPixels / ratio, numLanes * LANE_HEIGHT);
  context.fillStyle = colours.surface;
  for (let place = firstLane; place <= endLane; place += 1) {
    context.fillRect(left, yOf(place, layout) - 1, end - left, 2);
  }
}

/** A faint line for each client through the rounds that are still to come. */
function drawPlanned({ context, layout, columns, colours }: TimelineDrawing): void {
  const { width, namesWidth, from, firstLane, endLane, numRounds } = layout;
  const start = Math.max(namesWidth, xOf(from + columns.length, layout) + 4);
  const end = Math.min(width, xOf(numRounds + 1, layout));
  if (end <= start) return;
  context.fillStyle = colours.line;
  for (let place = firstLane; place < endLane; place += 1) {
    context.fillRect(start, yOf(place, layout) + LANE_HEIGHT / 2 - 0.5, end - start, 1);
  }
}

/** Gives each problem more pixels to its right, as far as there is no other. */
function widenProblems(looks: Uint8Array, numPixels: number): void {
  let numLeft = 0;
  let problem = 0;
  for (let x = 0; x < looks.length; x += 1) {
    const look = looks[x] as number;
    if (look >= cellState.timeout && look < FIRST_SHADE) {
      problem = look;
      numLeft = numPixels;
    }
    numLeft -= 1;
    if (numLeft >= 0) looks[x] = problem;
  }
}

/** Takes out the last pixels of each round, so that rounds can be told apart. */
function clearGaps(looks: Uint8Array, starts: Int32Array, gap: number): void {
  if (gap === 0) return;
  for (let x = 0; x < looks.length; x += 1) {
    const after = Math.min(x + gap, looks.length);
    if (starts[x] !== starts[after]) looks[x] = cellState.absent;
  }
}

function paintLane(
  pixels: Uint32Array,
  looks: Uint8Array,
  { top, palette }: { top: number; palette: Uint32Array },
): void {
  for (let row = 0; row < ROWS; row += 1) {
    const bit = 1 << (ROWS - 1 - row);
    const at = top + row * looks.length;
    for (let x = 0; x < looks.length; x += 1) {
      const look = looks[x] as number;
      if ((PATTERN[look] as number) & bit) pixels[at + x] = palette[look] as number;
    }
  }
}
