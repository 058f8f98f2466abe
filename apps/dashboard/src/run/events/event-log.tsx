import type { EventType } from "@fedloom/protocol";
import { useMemo, useState } from "react";
import type { LogEntry, RunView } from "../live/run-view.js";
import { formatClock, formatCount } from "../ui/format.js";
import { describeEvent } from "./describe-event.js";

const MAX_SHOWN = 200;

/** The newest events, one line each, of all types or of one. */
export function EventLog({ log, numEvents }: { log: RunView["log"]; numEvents: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="rounded-lg border border-line bg-surface"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="rounded-lg px-4 py-3 font-semibold">
        Events <span className="font-normal text-muted text-sm">{formatCount(numEvents)}</span>
      </summary>
      {isOpen && <OpenLog log={log} />}
    </details>
  );
}

function OpenLog({ log }: { log: RunView["log"] }) {
  const [type, setType] = useState<EventType | "">("");
  const entries = useMemo(() => newest(log, type), [log, type]);
  return (
    <div className="border-line border-t px-4 pb-4">
      <label className="my-3 flex items-center gap-2 text-sm">
        Type
        <select
          value={type}
          onChange={(event) => setType(event.target.value as EventType | "")}
          className="rounded-md border border-strong bg-surface px-2 py-1"
        >
          <option value="">all</option>
          {[...log.keys()].map((known) => (
            <option key={known}>{known}</option>
          ))}
        </select>
        <span className="text-muted">newest first, at most {MAX_SHOWN}</span>
      </label>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="max-h-96 overflow-auto text-sm" aria-label="Events" tabIndex={0}>
        <ol>
          {entries.map(({ id, event }) => (
            <li key={id} className="grid gap-x-3 border-line border-t py-1 sm:grid-cols-[6rem_8.5rem_1fr]">
              <time dateTime={event.timestamp} className="text-muted">
                {formatClock(event.timestamp)}
              </time>
              <span className="font-mono text-[0.8125rem]">{event.type}</span>
              <span className="text-muted [overflow-wrap:anywhere]">{describeEvent(event)}</span>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

function newest(log: RunView["log"], type: EventType | ""): LogEntry[] {
  const entries = type === "" ? [...log.values()].flat() : [...(log.get(type) ?? [])];
  return entries.sort((one, other) => byTime(other, one)).slice(0, MAX_SHOWN);
}

function byTime(one: LogEntry, other: LogEntry): number {
  return Date.parse(one.event.timestamp) - Date.parse(other.event.timestamp) || one.id - other.id;
}
