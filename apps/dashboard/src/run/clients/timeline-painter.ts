import { onThemeChange } from "../../ui/theme.js";
import type { CellStore } from "./cell-store.js";
import { drawTimeline } from "./draw-timeline.js";
import { readColours } from "./timeline-colours.js";
import { type Layout, layoutOf, scrollTo } from "./timeline-layout.js";
import type { TimelineMark } from "./timeline-marks.js";

/** The box that scrolls, what gives it its full size, and the canvas that stays in sight. */
export interface TimelineParts {
  box: HTMLElement;
  room: HTMLElement;
  canvas: HTMLCanvasElement;
}

/** What is drawn. */
export interface TimelineScene {
  store: CellStore;
  /** Lanes in order. */
  order: Int32Array;
  numRounds: number;
  /** Last round that has begun. */
  newest: number;
  /** Width of a cell in px; 0 fits all rounds into the width. */
  zoom: number;
  marks: readonly TimelineMark[];
  chosen: number | undefined;
  pointed: { round: number; place: number } | undefined;
}

/** Draws the timeline once per frame at most: when it is told something new, scrolled, resized or seen in another theme. */
export class TimelinePainter {
  readonly #parts: TimelineParts;
  readonly #onSeen: (from: number, to: number) => void;
  readonly #forget: (() => void)[] = [];
  #scene: TimelineScene | undefined;
  #layout: Layout | undefined;
  #colours = readColours();
  #frame: number | undefined;

  /** `onSeen` is told which rounds are drawn. */
  constructor(parts: TimelineParts, onSeen: (from: number, to: number) => void) {
    this.#parts = parts;
    this.#onSeen = onSeen;
    const draw = () => this.#schedule();
    parts.box.addEventListener("scroll", draw, { passive: true });
    const resized = new ResizeObserver(draw);
    resized.observe(parts.box);
    const forgetTheme = onThemeChange(() => {
      this.#colours = readColours();
      draw();
    });
    this.#forget.push(
      () => parts.box.removeEventListener("scroll", draw),
      () => resized.disconnect(),
      forgetTheme,
    );
  }

  /** Where everything is, once it was drawn. */
  get layout(): Layout | undefined {
    return this.#layout;
  }

  show(scene: TimelineScene): void {
    const before = this.#scene;
    const layout = this.#layout;
    this.#scene = scene;
    if (!before || !layout || before.zoom !== scene.zoom) this.#keepInSight(layout);
    else if (scene.newest > before.newest && before.newest >= layout.from && before.newest <= layout.to) {
      this.reveal(scene.newest, layout.firstLane);
    }
    this.#schedule();
  }

  /** Scrolls to a cell. */
  reveal(round: number, place: number): void {
    const layout = this.#measure();
    if (!layout) return;
    const { left, top } = scrollTo(layout, round, place);
    this.#parts.box.scrollTo(left, top);
  }

  close(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    for (const forget of this.#forget) forget();
  }

  /** After a change of width of cells the round that was in the middle is there again. */
  #keepInSight(before: Layout | undefined): void {
    const scene = this.#scene as TimelineScene;
    const middle = before ? (before.from + before.to) / 2 : scene.newest;
    const isChosenSeen =
      scene.chosen !== undefined && (!before || (scene.chosen >= before.from && scene.chosen <= before.to));
    const layout = this.#measure();
    if (!layout) return;
    const room = layout.width - layout.namesWidth;
    const round = isChosenSeen ? (scene.chosen as number) : middle;
    this.#parts.box.scrollLeft = (round - 0.5) * layout.cellWidth - room / 2;
  }

  #measure(): Layout | undefined {
    if (!this.#scene) return undefined;
    const { box, room } = this.#parts;
    const { store, order, numRounds, zoom } = this.#scene;
    const layout = layoutOf({
      width: box.clientWidth,
      height: box.clientHeight,
      scrollLeft: box.scrollLeft,
      scrollTop: box.scrollTop,
      numRounds,
      numLanes: order.length,
      zoom,
      maxRounds: store.maxRounds,
      nameLength: store.longestName,
    });
    room.style.width = `${layout.fullWidth}px`;
    room.style.height = `${layout.fullHeight}px`;
    return layout;
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    const scene = this.#scene;
    // Twice: giving the room its size may bring or take a bar to scroll by.
    this.#measure();
    const layout = this.#measure();
    const { canvas } = this.#parts;
    const context = canvas.getContext("2d", { alpha: false });
    if (!scene || !layout || !context) return;
    this.#layout = layout;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(layout.width * ratio), Math.round(layout.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${layout.width}px`;
      canvas.style.height = `${layout.height}px`;
    }
    const { store, marks, order, newest, chosen, pointed } = scene;
    const lastSeen = Math.min(layout.to, newest);
    const columns = [];
    for (let round = layout.from; round <= lastSeen; round += 1) columns.push(store.column(round));
    const { clientIds, longestMs } = store;
    const colours = this.#colours;
    drawTimeline({
      context,
      ratio,
      layout,
      colours,
      columns,
      order,
      clientIds,
      longestMs,
      marks,
      chosen,
      pointed,
    });
    store.keepNear(layout.from, lastSeen);
    this.#onSeen(layout.from, lastSeen);
  }
}
