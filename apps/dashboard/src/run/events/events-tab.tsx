import type { EventType, FedloomEvent } from "@fedloom/protocol";
import { useCallback, useMemo, useState } from "react";
import { isOver } from "../../live/run-session.js";
import { useSearch } from "../../router.js";
import { Button } from "../../ui/button.js";
import { formatCount, formatCountOf } from "../../ui/format.js";
import type { RunTabProps } from "../run-tab.js";
import { EventDownloads } from "./event-downloads.js";
import { createMatcher, filterOf, isFiltering } from "./event-filter.js";
import { EventFilters } from "./event-filters.js";
import { EventList } from "./event-list.js";
import { useEventBook } from "./use-event-book.js";

/** Everything that was said of the run, newest first. */
export function EventsTab({ snapshot, state }: RunTabProps) {
  const { view, record } = snapshot;
  const [search, change] = useSearch();
  const query = search.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(query)), [query]);
  const isWanted = useMemo(() => createMatcher(filter), [filter]);
  const typeList = filter.types.join(",");
  const types = useMemo(() => typeList.split(",").filter(Boolean) as EventType[], [typeList]);
  const { wanted, version, readOlder, hasOlder, isReading, problem } = useEventBook(record.runId, view.log, {
    types,
    isWanted,
  });
  /** The newest event when the reader stopped following. */
  const [pausedAt, setPausedAt] = useState<FedloomEvent>();
  const known = useKnownTypes(wanted, view.log);
  // With each version the array is another one, or has grown.
  const [events, numNew] = useMemo(() => {
    const end = pausedAt ? wanted.lastIndexOf(pausedAt) + 1 || wanted.length : wanted.length;
    return [wanted.slice(0, end).reverse(), wanted.length - end];
  }, [wanted, version, pausedAt]);

  const newest = wanted.at(-1);
  const follow = useCallback(
    (isFollowing: boolean) => setPausedAt((before) => (isFollowing ? undefined : (before ?? newest))),
    [newest],
  );
  const readOn = () => {
    if (hasOlder && !isReading && problem === undefined) readOlder();
  };

  return (
    <section aria-label="Events" className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className="space-y-3 p-4">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h2 className="font-semibold">
            Events{" "}
            <span className="font-normal text-muted text-sm" data-testid="num-events">
              {formatCountOf(wanted.length, "event")} {isFiltering(filter) ? "found" : "read"}
              {view.numSkipped > 0 && ` · ${formatCount(view.numSkipped)} values in between were skipped`}
            </span>
          </h2>
          <span className="flex flex-wrap items-center gap-2">
            {!isOver(state) && (
              <Button onClick={() => follow(pausedAt !== undefined)} aria-pressed={pausedAt === undefined}>
                {pausedAt ? "Follow" : "Following"}
              </Button>
            )}
            <EventDownloads runId={record.runId} types={types} />
          </span>
        </div>
        <EventFilters filter={filter} known={known} onChange={change} />
      </div>
      {events.length > 0 && <EventList events={events} numNew={numNew} onFollow={follow} onEnd={readOn} />}
      <p
        role="status"
        className="flex flex-wrap items-center gap-3 border-line border-t px-4 py-2.5 text-muted text-sm"
      >
        {footText({ isReading, hasOlder, problem, isEmpty: events.length === 0 })}
        {hasOlder && !isReading && (
          <Button onClick={readOlder}>{problem ? "Try again" : "Read older events"}</Button>
        )}
      </p>
    </section>
  );
}

function footText(now: {
  isReading: boolean;
  hasOlder: boolean;
  problem: string | undefined;
  isEmpty: boolean;
}): string {
  if (now.isReading) return "Reading stored events…";
  if (now.problem !== undefined) return `Stored events could not be read: ${now.problem}.`;
  if (now.hasOlder) return now.isEmpty ? "Nothing found so far." : "There are older events in storage.";
  return now.isEmpty ? "There is no such event." : "These are all events.";
}

/** Every type that was seen of the run, in one order, whatever is chosen now. */
function useKnownTypes(wanted: readonly FedloomEvent[], log: RunTabProps["snapshot"]["view"]["log"]) {
  const [seen] = useState(() => new Set<EventType>());
  for (const type of log.keys()) seen.add(type);
  for (const { type } of wanted.slice(-500)) seen.add(type);
  const list = [...seen].sort().join(",");
  return useMemo(() => list.split(",").filter(Boolean) as EventType[], [list]);
}
