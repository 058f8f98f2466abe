import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from "react";
import { ScrollBox } from "../../ui/scroll-box.js";
import { hit } from "./timeline-layout.js";
import { TimelinePainter, type TimelineScene } from "./timeline-painter.js";

/** A cell of the timeline: a round, and a place in the order of lanes. */
export interface PointedCell {
  round: number;
  place: number;
}

export interface TimelineCanvasProps extends TimelineScene {
  /** Rises with everything new in the store. */
  version: number;
  describedBy: string;
  onSeen: (from: number, to: number) => void;
  onPoint: (cell: PointedCell | undefined) => void;
  onChoose: (round: number) => void;
}

/** The picture of rounds by clients, which scrolls both ways and is walked through with the arrow keys. */
export function TimelineCanvas(props: TimelineCanvasProps) {
  const { onSeen, onPoint, onChoose, describedBy, version, ...scene } = props;
  const box = useRef<HTMLElement>(null);
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<TimelinePainter>(undefined);

  useEffect(() => {
    if (!box.current || !room.current || !canvas.current) return;
    const created = new TimelinePainter(
      { box: box.current, room: room.current, canvas: canvas.current },
      onSeen,
    );
    painter.current = created;
    return () => created.close();
  }, [onSeen]);
  // After the effect above, and whenever something is new.
  useEffect(() => painter.current?.show(scene));

  const cellAt = (event: MouseEvent) => {
    const { layout } = painter.current ?? {};
    const { left, top } = canvas.current?.getBoundingClientRect() ?? { left: 0, top: 0 };
    return layout ? hit(layout, event.clientX - left, event.clientY - top) : undefined;
  };
  const point = (event: MouseEvent) => {
    const { place, round: under = Number.POSITIVE_INFINITY } = cellAt(event) ?? {};
    const round = under <= scene.newest ? under : undefined;
    const isSame = round === scene.pointed?.round && place === scene.pointed?.place;
    if (!isSame) onPoint(round !== undefined && place !== undefined ? { round, place } : undefined);
  };
  const choose = (event: MouseEvent) => {
    const round = cellAt(event)?.round;
    point(event);
    if (round !== undefined && round <= scene.newest) onChoose(round);
  };
  const walk = (event: KeyboardEvent) => {
    const { pointed, newest, order, chosen } = scene;
    const from = pointed ?? { round: chosen ?? newest, place: 0 };
    if (event.key === "Escape") return onPoint(undefined);
    if ((event.key === "Enter" || event.key === " ") && pointed) {
      event.preventDefault();
      return onChoose(Math.min(pointed.round, newest));
    }
    const step = STEPS[event.key];
    if (!step || order.length === 0 || newest === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const to = pointed ? step(from, newest) : from;
    const cell = {
      round: Math.min(newest, Math.max(1, to.round)),
      place: Math.min(order.length - 1, Math.max(0, to.place)),
    };
    onPoint(cell);
    painter.current?.reveal(cell.round, cell.place);
  };

  return (
    <ScrollBox
      ref={box}
      label="Clients by round"
      aria-describedby={describedBy}
      className="relative max-h-112 cursor-pointer overflow-auto"
      onMouseMove={point}
      onMouseLeave={() => onPoint(undefined)}
      onClick={choose}
      onKeyDown={walk}
    >
      <div ref={room}>
        <canvas ref={canvas} className="sticky top-0 left-0 block" />
      </div>
    </ScrollBox>
  );
}

const STEPS: Record<string, (cell: PointedCell, newest: number) => PointedCell> = {
  ArrowLeft: ({ round, place }) => ({ round: round - 1, place }),
  ArrowRight: ({ round, place }) => ({ round: round + 1, place }),
  ArrowUp: ({ round, place }) => ({ round, place: place - 1 }),
  ArrowDown: ({ round, place }) => ({ round, place: place + 1 }),
  PageUp: ({ round, place }) => ({ round, place: place - 10 }),
  PageDown: ({ round, place }) => ({ round, place: place + 10 }),
  Home: ({ place }) => ({ round: 1, place }),
  End: ({ place }, newest) => ({ round: newest, place }),
};
