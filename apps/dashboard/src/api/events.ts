import { checkWireEvent, type EventType, type FedloomEvent, fromWireEvent } from "@fedloom/protocol";
import { ask, request } from "./request.js";
import { runApiPath } from "./run-path.js";

/** Longest page that the server gives. */
export const MAX_EVENTS_OF_PAGE = 1_000;

/** An event with its place among all that are stored, of every run. */
export interface PlacedEvent {
  position: number;
  event: FedloomEvent;
}

export interface EventPage {
  /** In order; those that this page does not know are left out. */
  events: PlacedEvent[];
  /** Where the next page begins; null after the last one. */
  next: number | null;
}

export interface EventsQuery {
  /** Position after which to begin. */
  after: number;
  limit?: number;
  /** Of these types only. */
  types?: readonly EventType[] | undefined;
}

/** One page of the stored events of a run, oldest first. */
export async function getEvents(runId: string, query: EventsQuery, signal?: AbortSignal): Promise<EventPage> {
  const answer = (await request(eventsPath(runId, query), { signal })) as {
    events?: unknown[];
    next?: number | null;
  };
  const next = answer.next ?? null;
  // A position that does not rise would be asked for ever.
  return {
    events: (answer.events ?? []).flatMap(readEvent),
    next: next !== null && next > query.after ? next : null,
  };
}

/** Position of the newest stored event of a run, 0 for none: found by halving, as it is told nowhere. */
export async function findNewestPosition(
  runId: string,
  after: number,
  signal?: AbortSignal,
): Promise<number> {
  const firstAfter = async (position: number) => {
    const { events } = await getEvents(runId, { after: position, limit: 1 }, signal);
    return events[0]?.position;
  };
  let newest = (await firstAfter(after)) ?? after;
  if (newest === after) return after;
  let step = MAX_EVENTS_OF_PAGE;
  for (
    let found = await firstAfter(newest + step);
    found !== undefined;
    found = await firstAfter(newest + step)
  ) {
    newest = found;
    step *= 2;
  }
  // What there is after `newest` is at most `step` further on.
  while (step >= 1) {
    const found = await firstAfter(newest + Math.floor(step / 2));
    if (found !== undefined) newest = found;
    step = Math.floor(step / 2);
  }
  return (await firstAfter(newest)) ?? newest;
}

/** The body of a stream of server-sent events after a position. */
export async function openEventStream(
  runId: string,
  after: number,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array> | null> {
  const headers = { "last-event-id": String(after) };
  return (await ask(eventsPath(runId), { signal, headers }, "text/event-stream")).body;
}

/** An event as the server wrote it; none where this page does not know it. */
export function readEvent(input: unknown): PlacedEvent[] {
  const event = checkWireEvent(input);
  const { position } = input as { position?: unknown };
  return event.ok && typeof position === "number" ? [{ position, event: fromWireEvent(event.value) }] : [];
}

/** Path of the stored events, also as a file. */
export function eventsPath(
  runId: string,
  { after, limit, types, format }: Partial<EventsQuery> & { format?: "csv" | "jsonl" } = {},
): string {
  const query = new URLSearchParams();
  if (after !== undefined) query.set("after", String(after));
  if (limit !== undefined) query.set("limit", String(limit));
  if (types && types.length > 0) query.set("type", types.join(","));
  if (format) query.set("format", format);
  return `${runApiPath(runId)}/events${query.size > 0 ? `?${query}` : ""}`;
}
