import { formatMilliseconds } from "../../ui/format.js";
import { markLook, type TimelineMark } from "./timeline-marks.js";

const COLOUR = { bad: "text-bad", warn: "text-warn", accent: "text-accent" } as const;

/** What the cells' shades and signs mean, and those at the head that there are. */
export function TimelineKey({ longestMs, marks }: { longestMs: number; marks: readonly TimelineMark[] }) {
  const kinds = new Set(marks.map(({ kind }) => kind));
  return (
    <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs">
      <span className="flex items-center gap-1.5">
        training time
        <span aria-hidden="true" className="flex gap-px">
          {[0.3, 0.5, 0.75, 1].map((opacity) => (
            <span key={opacity} className="size-3 rounded-[3px] bg-accent" style={{ opacity }} />
          ))}
        </span>
        up to {formatMilliseconds(longestMs || undefined)}
      </span>
      <span>
        <b className="text-bad">×</b> failed
      </span>
      <span>
        <b className="text-odd">⊘</b> rejected
      </span>
      <span>
        <b className="text-warn">!</b> too late
      </span>
      {[...kinds].map((kind) => (
        <span key={kind}>
          <b className={COLOUR[markLook[kind].colour]}>{markLook[kind].sign}</b> above: {markLook[kind].label}
        </span>
      ))}
    </p>
  );
}
