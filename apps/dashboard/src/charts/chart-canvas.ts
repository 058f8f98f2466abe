import uPlot from "uplot";
import type { ChartBand, ChartLine, ChartMark, ChartProps } from "./chart-props.js";
import { onColoursChange } from "./colours.js";
import { drawMarks } from "./draw-marks.js";
import { NEAR } from "./nearest-point.js";
import { type PlotData, plotData } from "./plot-data.js";
import { plotOptions } from "./plot-options.js";
import { wholeRange, yBounds, zoomed } from "./plot-range.js";
import { type Readout, readOut, stepFrom } from "./read-out.js";

/** What a chart shows. */
export interface CanvasState extends Pick<ChartProps, "x" | "yLabel" | "format" | "lastX" | "isShare"> {
  yRange: readonly [number, number] | undefined;
  lines: readonly ChartLine[];
  bands: readonly ChartBand[];
  marks: readonly ChartMark[];
  /** Keys of lines that the reader has taken out. */
  hidden: ReadonlySet<string>;
  isLog: boolean;
  height: number;
  /** The part of x that is shown; all of it when absent. */
  range: readonly [number, number] | undefined;
}

export interface CanvasHandlers {
  onReadout: (readout: Readout | undefined) => void;
  onZoom: (range: readonly [number, number] | undefined) => void;
  onChoose: (x: number) => void;
  onDrawn: (drawn: Pick<PlotData, "numDrawn" | "numPoints">) => void;
}

export interface ChartCanvas {
  /** Draws this at the next frame in which the chart can be seen. */
  show: (state: CanvasState) => void;
  /** Moves the cursor by so many points, or to the first or last one. */
  moveCursor: (by: number | "first" | "last") => void;
  /** Points at nothing, in no chart of the page. */
  leave: () => void;
  /** Chooses the point that the cursor is at. */
  choose: () => void;
  /** Shows a part of x `factor` times as wide, around the cursor. */
  zoom: (factor: number) => void;
  close: () => void;
}

const MIN_WIDTH = 160;

/** The canvas of a chart: made anew only when its lines are others, given values at most once per frame. */
export function openChartCanvas(element: HTMLElement, handlers: CanvasHandlers): ChartCanvas {
  let state: CanvasState | undefined;
  let plot: uPlot | undefined;
  let look = "";
  let frame = 0;
  let isVisible = false;
  let isStale = false;
  let range: [number, number] = [0, 1];

  const width = () => Math.max(MIN_WIDTH, element.clientWidth);
  const numBefore = (shown: CanvasState) => 1 + 2 * shown.bands.length;

  function draw(): void {
    frame = 0;
    if (!state || !isStale || !isVisible) return;
    isStale = false;
    const { lines, bands, isLog, hidden, x: kind, lastX } = state;
    const xs = [...lines, ...bands].map(({ x }) => x);
    range = state.range ? [...state.range] : wholeRange(xs, { kind, lastX });
    const { sheet, ...drawn } = plotData({ lines, bands, range, width: width(), isLog });
    const data = [sheet.x, ...sheet.columns] as unknown as uPlot.AlignedData;
    if (!plot || lookOf(state) !== look) {
      look = lookOf(state);
      plot?.destroy();
      plot = new uPlot(optionsOf(state), data, element);
    } else {
      const first = numBefore(state);
      lines.forEach(({ key }, index) => {
        const show = !hidden.has(key);
        if (plot?.series[first + index]?.show !== show) plot?.setSeries(first + index, { show });
      });
      plot.setData(data);
    }
    handlers.onDrawn(drawn);
  }

  function schedule(): void {
    isStale = true;
    frame ||= requestAnimationFrame(draw);
  }

  function optionsOf(shown: CanvasState): uPlot.Options {
    return plotOptions({
      ...shown,
      width: width(),
      format: () => (state ?? shown).format,
      xRange: () => range,
      yRange: (min, max) => yBounds(min, max, state ?? shown),
      onCursor: tellReadout,
      onSelect: takeSelection,
      onWhole: () => handlers.onZoom(undefined),
      onDraw: (drawn) => drawMarks(drawn, state?.marks ?? []),
    });
  }

  /** The x that the cursor is at, however few points are drawn. */
  function pointedAt(drawn: uPlot | undefined): number | undefined {
    const { idx, left = -1 } = drawn?.cursor ?? {};
    return idx === null || idx === undefined || left < 0 ? undefined : drawn?.posToVal(left, "x");
  }

  function shownLines({ lines, hidden }: CanvasState): readonly ChartLine[] {
    return hidden.size === 0
      ? lines
      : lines.map((line) => (hidden.has(line.key) ? { ...line, x: [], y: [] } : line));
  }

  function tellReadout(drawn: uPlot): void {
    const at = pointedAt(drawn);
    const near = (NEAR * (range[1] - range[0])) / Math.max(1, drawn.over.clientWidth);
    handlers.onReadout(state && at !== undefined ? readOut(shownLines(state), at, near) : undefined);
  }

  function takeSelection(drawn: uPlot): void {
    const { left, width: wide } = drawn.select;
    drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    const [from, to] = [drawn.posToVal(left, "x"), drawn.posToVal(left + wide, "x")];
    if (to > from) handlers.onZoom([from, to]);
  }

  function point(at: { left: number; top: number }): void {
    // Its types leave out the last parameter, which tells the other charts.
    (plot?.setCursor as ((to: typeof at, fire: boolean, tell: boolean) => void) | undefined)?.(
      at,
      true,
      true,
    );
  }

  const choose = () => {
    const at = pointedAt(plot);
    const readout = state && at !== undefined ? readOut(shownLines(state), at, 0) : undefined;
    if (readout) handlers.onChoose(readout.x);
  };
  element.addEventListener("click", choose);
  const seen = new IntersectionObserver(
    (entries) => {
      isVisible = entries.at(-1)?.isIntersecting ?? false;
      if (isVisible && isStale) schedule();
    },
    { rootMargin: "200px" },
  );
  seen.observe(element);
  const resized = new ResizeObserver(() => {
    if (!plot || !state || plot.width === width()) return;
    plot.setSize({ width: width(), height: state.height });
    schedule();
  });
  resized.observe(element);
  const forgetColours = onColoursChange(() => plot?.redraw(false, true));
  // On paper everything is seen, and there will be no other frame before it.
  const beforePrint = () => {
    isVisible = true;
    draw();
  };
  window.addEventListener("beforeprint", beforePrint);

  return {
    choose,
    show(next) {
      state = next;
      schedule();
    },
    moveCursor(by) {
      if (!plot || !state) return;
      const lines = shownLines(state);
      const now = pointedAt(plot);
      const readout = now === undefined ? undefined : readOut(lines, now, 0);
      const [before, behind] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      const start =
        by === "first" ? before : by === "last" ? behind : (readout?.x ?? (by > 0 ? before : behind));
      const step = by === "first" ? 1 : by === "last" ? -1 : by;
      const to = stepFrom(lines, start, step);
      if (!Number.isFinite(to)) return;
      const left = plot.valToPos(Math.min(range[1], Math.max(range[0], to)), "x");
      point({ left, top: 1 });
    },
    leave: () => point({ left: -10, top: -10 }),
    zoom(factor) {
      if (!plot || !state) return;
      const { x: kind, lastX, lines, bands } = state;
      const xs = [...lines, ...bands].map(({ x }) => x);
      const around = pointedAt(plot) ?? (range[0] + range[1]) / 2;
      handlers.onZoom(zoomed(range, { around, factor, whole: wholeRange(xs, { kind, lastX }) }));
    },
    close() {
      cancelAnimationFrame(frame);
      element.removeEventListener("click", choose);
      window.removeEventListener("beforeprint", beforePrint);
      seen.disconnect();
      resized.disconnect();
      forgetColours();
      plot?.destroy();
    },
  };
}

/** What cannot change without another chart. */
function lookOf({ lines, bands, x, yLabel, isLog, height }: CanvasState): string {
  const ofLines = lines.map(({ key, label, colour, dashed }) => [key, label, colour, dashed]);
  return JSON.stringify([x, yLabel, isLog, height, ofLines, bands.map(({ key, colour }) => [key, colour])]);
}
