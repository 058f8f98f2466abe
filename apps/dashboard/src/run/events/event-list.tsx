import type { FedloomEvent } from "@fedloom/protocol";
import { type UIEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../ui/button.js";
import { formatCount } from "../../ui/format.js";
import { ScrollBox } from "../../ui/scroll-box.js";
import { eventKey } from "./event-key.js";
import { EventRow } from "./event-row.js";
import { listWindow } from "./list-window.js";

export interface EventListProps {
  /** Newest first. */
  events: readonly FedloomEvent[];
  /** Events that came since the reader stopped following. */
  numNew: number;
  /** Called when the reader leaves the newest events, or comes back to them. */
  onFollow: (isFollowing: boolean) => void;
  /** Called near the end of the list. */
  onEnd: () => void;
}

const OPEN_HEIGHT = 288;
/** How near the end is near, in px. */
const NEAR = 600;

/** A list of any length, of which only what can be seen is in the page; rows open to show all of an event. */
export function EventList({ events, numNew, onFollow, onEnd }: EventListProps) {
  const box = useRef<HTMLElement>(null);
  const { width, height } = useSize(box);
  const [top, setTop] = useState(0);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rowHeight = width > 0 && width < 560 ? 53 : 33;
  const opened = open.size === 0 ? [] : events.flatMap((event, i) => (open.has(eventKey(event)) ? [i] : []));
  const layout = { numRows: events.length, rowHeight, open: opened, openHeight: OPEN_HEIGHT };
  const shown = listWindow(layout, { top, height: height || 480 });

  const scroll = ({ currentTarget }: UIEvent<HTMLElement>) => {
    const { scrollTop, scrollHeight, clientHeight } = currentTarget;
    setTop(scrollTop);
    onFollow(scrollTop < rowHeight && open.size === 0);
    if (scrollTop + clientHeight > scrollHeight - NEAR) onEnd();
  };
  const toggle = (event: FedloomEvent) => {
    const next = new Set(open);
    if (!next.delete(eventKey(event))) next.add(eventKey(event));
    setOpen(next);
    onFollow(next.size === 0 && top < rowHeight);
  };
  const toNewest = () => {
    setOpen(new Set());
    onFollow(true);
    box.current?.scrollTo({ top: 0 });
  };

  return (
    <div className="relative">
      {numNew > 0 && (
        <div className="pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center">
          <Button kind="primary" className="pointer-events-auto shadow-lg" onClick={toNewest}>
            ↑ {formatCount(numNew)} new event{numNew === 1 ? "" : "s"}
          </Button>
        </div>
      )}
      <ScrollBox
        ref={box}
        label="Events, newest first"
        onScroll={scroll}
        className="border-line border-t h-[min(68dvh,46rem)] min-h-72 overflow-y-auto [overflow-anchor:none]"
      >
        <div style={{ height: shown.height }}>
          <ol style={{ transform: `translateY(${shown.top}px)` }}>
            {events.slice(shown.first, shown.end).map((event) => {
              const key = eventKey(event);
              return (
                <EventRow
                  key={key}
                  event={event}
                  isOpen={open.has(key)}
                  onToggle={() => toggle(event)}
                  rowHeight={rowHeight}
                  openHeight={OPEN_HEIGHT}
                />
              );
            })}
          </ol>
        </div>
      </ScrollBox>
    </div>
  );
}

function useSize(box: { readonly current: HTMLElement | null }): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return size;
}
