import { type FedloomEvent, toWireEvent } from "@fedloom/protocol";
import { CopyButton } from "../../ui/copy-button.js";
import { formatClock } from "../../ui/format.js";
import { ScrollBox } from "../../ui/scroll-box.js";
import { describeEvent } from "./describe-event.js";
import { tellsOfError } from "./event-filter.js";

export interface EventRowProps {
  event: FedloomEvent;
  isOpen: boolean;
  onToggle: () => void;
  rowHeight: number;
  openHeight: number;
}

/** One event in a line, which opens to show all of it. */
export function EventRow({ event, isOpen, onToggle, rowHeight, openHeight }: EventRowProps) {
  return (
    <li className="border-line border-b">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        style={{ height: rowHeight - 1 }}
        className="grid w-full grid-cols-[5.5rem_1fr] items-center gap-x-3 overflow-hidden px-4 text-left text-sm hover:bg-raised focus-visible:-outline-offset-2 sm:grid-cols-[6rem_9.5rem_1fr]"
      >
        <time dateTime={event.timestamp} title={event.timestamp} className="truncate text-muted">
          {formatClock(event.timestamp)}
        </time>
        <span
          className={`truncate font-mono text-[0.8125rem] ${tellsOfError(event) ? "font-semibold text-bad" : ""}`}
        >
          {event.type}
        </span>
        <bdi className="col-span-2 truncate text-muted sm:col-span-1">{describeEvent(event)}</bdi>
      </button>
      {isOpen && <EventJson event={event} height={openHeight} />}
    </li>
  );
}

function EventJson({ event, height }: { event: FedloomEvent; height: number }) {
  const text = JSON.stringify(toWireEvent(event), null, 2);
  return (
    <div style={{ height }} className="relative overflow-hidden bg-raised">
      <div className="absolute top-2 right-5">
        <CopyButton text={text} />
      </div>
      <ScrollBox className="h-full overflow-auto" label={`All of ${event.type}`}>
        <pre className="px-4 py-3 pr-28 text-xs leading-relaxed [overflow-wrap:anywhere] whitespace-pre-wrap">
          <bdi>{text}</bdi>
        </pre>
      </ScrollBox>
    </div>
  );
}
