/** Height of the row of round numbers, and of a lane, in px. */
export const HEAD_HEIGHT = 22;
export const LANE_HEIGHT = 18;
/** Widest cell of a run that fits. */
const MAX_FIT = 28;
const MAX_NAMES = 168;
/** What a digit and a letter take, in px. */
const DIGIT_WIDTH = 8;
const LETTER_WIDTH = 7;

/** Widths of a cell in px between which the reader chooses; 0 fits all rounds into the width. */
export const zooms = [0, 2, 4, 8, 16, 24] as const;

export interface LayoutInput {
  /** Of the box, in px. */
  width: number;
  height: number;
  scrollLeft: number;
  scrollTop: number;
  numRounds: number;
  numLanes: number;
  zoom: number;
  /** Most rounds that may be seen at once. */
  maxRounds: number;
  /** Letters of the longest name. */
  nameLength: number;
}

/** Where everything of the timeline is, in px of its box. */
export interface Layout extends LayoutInput {
  namesWidth: number;
  /** Width of a cell, which may be less than a pixel. */
  cellWidth: number;
  /** Size of the whole of it. */
  fullWidth: number;
  fullHeight: number;
  /** First and last round seen, and first lane seen and the one after the last. */
  from: number;
  to: number;
  firstLane: number;
  endLane: number;
}

export function layoutOf(input: LayoutInput): Layout {
  const { width, height, scrollLeft, scrollTop, numRounds, numLanes, zoom, maxRounds, nameLength } = input;
  const namesWidth = Math.round(Math.min(MAX_NAMES, width * 0.3, nameLength * LETTER_WIDTH + 20));
  const room = Math.max(1, width - namesWidth);
  const narrowest = room / Math.max(1, Math.min(numRounds, maxRounds));
  const cellWidth = zoom === 0 ? Math.min(MAX_FIT, narrowest) : Math.max(zoom, room / maxRounds);
  const numFitting = Math.ceil((scrollLeft + room) / cellWidth);
  return {
    ...input,
    namesWidth,
    cellWidth,
    fullWidth: zoom === 0 && numRounds <= maxRounds ? width : namesWidth + Math.ceil(numRounds * cellWidth),
    fullHeight: HEAD_HEIGHT + numLanes * LANE_HEIGHT,
    from: Math.min(numRounds, Math.floor(scrollLeft / cellWidth) + 1),
    to: Math.min(numRounds, numFitting),
    firstLane: Math.min(numLanes, Math.floor(scrollTop / LANE_HEIGHT)),
    endLane: Math.min(numLanes, Math.ceil((scrollTop + height - HEAD_HEIGHT) / LANE_HEIGHT)),
  };
}

/** Left edge of a round, in px of the box. */
export function xOf(round: number, { namesWidth, cellWidth, scrollLeft }: Layout): number {
  return namesWidth + (round - 1) * cellWidth - scrollLeft;
}

/** Top edge of the lane at a place of the order, in px of the box. */
export function yOf(place: number, { scrollTop }: Layout): number {
  return HEAD_HEIGHT + place * LANE_HEIGHT - scrollTop;
}

/** What lies under a point of the box; each part may lie outside of what there is. */
export function hit(
  layout: Layout,
  x: number,
  y: number,
): { round: number | undefined; place: number | undefined } {
  const { namesWidth, cellWidth, scrollLeft, scrollTop, numRounds, numLanes } = layout;
  const round = x < namesWidth ? 0 : Math.floor((x - namesWidth + scrollLeft) / cellWidth) + 1;
  const place = y < HEAD_HEIGHT ? -1 : Math.floor((y - HEAD_HEIGHT + scrollTop) / LANE_HEIGHT);
  return {
    round: round >= 1 && round <= numRounds ? round : undefined,
    place: place >= 0 && place < numLanes ? place : undefined,
  };
}

/** Where to scroll so that a cell is seen, as near as may be. */
export function scrollTo(layout: Layout, round: number, place: number): { left: number; top: number } {
  const { namesWidth, width, height, cellWidth, scrollLeft, scrollTop } = layout;
  return {
    left: nearest(scrollLeft, (round - 1) * cellWidth, round * cellWidth - (width - namesWidth)),
    top: nearest(scrollTop, place * LANE_HEIGHT, (place + 1) * LANE_HEIGHT - (height - HEAD_HEIGHT)),
  };
}

function nearest(scroll: number, most: number, least: number): number {
  return Math.max(0, Math.min(most, Math.max(scroll, least)));
}

/** Rounds between two numbers of the head, so that these do not touch. */
export function numberStep({ cellWidth, numRounds }: Pick<Layout, "cellWidth" | "numRounds">): number {
  const room = String(numRounds).length * DIGIT_WIDTH + 8;
  for (let step = 1; ; step *= 10) {
    for (const times of [1, 2, 5]) if (step * times * cellWidth >= room) return step * times;
  }
}
