import type { EventType } from "@fedloom/protocol";
import { type EventPage, type EventsQuery, MAX_EVENTS_OF_PAGE, type PlacedEvent } from "../../api/events.js";

export interface OlderEvents {
  /** In order, without gaps up to `before`. */
  events: PlacedEvent[];
  /** Everything before this position is still unread; 0 when nothing is. */
  before: number;
}

export interface ReadOlderQuery {
  /** Position before which to read. */
  before: number;
  /** Fewest events to answer, unless there are no more. */
  atLeast: number;
  types: readonly EventType[];
}

/** Positions of the first stretch; those of other runs lie between a run's own. */
const FIRST_WIDTH = 400;
const MAX_WIDTH = 2 ** 40;
/** An event of a type that is rare may be far back, but not for ever. */
const MAX_STRETCHES = 24;

/**
 * Reads stored events backwards: stretch by stretch, each whole, and further back where there was little, since the
 * server gives events after a position alone.
 */
export async function readOlder(
  get: (query: EventsQuery) => Promise<EventPage>,
  { before, atLeast, types }: ReadOlderQuery,
): Promise<OlderEvents> {
  let events: PlacedEvent[] = [];
  let end = before;
  let width = FIRST_WIDTH;
  for (let stretch = 0; stretch < MAX_STRETCHES && end > 1 && events.length < atLeast; stretch += 1) {
    const start = Math.max(0, end - 1 - width);
    const found: PlacedEvent[] = [];
    for (let after: number | null = start; after !== null && after < end - 1; ) {
      const limit = Math.min(MAX_EVENTS_OF_PAGE, end - 1 - after);
      const page: EventPage = await get({ after, limit, types });
      found.push(...page.events.filter(({ position }) => position < end));
      const last = page.events.at(-1);
      after = last && last.position >= end ? null : page.next;
    }
    events = [...found, ...events];
    end = start + 1;
    width = Math.min(MAX_WIDTH, found.length * 2 < atLeast ? width * 4 : width);
  }
  return { events, before: end > 1 ? end : 0 };
}
