import { type EventType, type FedloomEvent, isEventType } from "@fedloom/protocol";
import { describeEvent } from "./describe-event.js";

/** Which events a reader wants to see; kept in the address. */
export interface EventFilter {
  /** Of these types only; all when empty. */
  types: readonly EventType[];
  /** Part of what is written about an event. */
  text: string;
  errorsOnly: boolean;
  /** Part of a client's id. */
  client: string;
  round: number | undefined;
}

export function filterOf(search: URLSearchParams): EventFilter {
  const round = Number(search.get("round") ?? Number.NaN);
  return {
    types: search.getAll("type").filter(isEventType),
    text: search.get("q") ?? "",
    errorsOnly: search.get("errors") === "1",
    client: search.get("client") ?? "",
    round: Number.isInteger(round) && round > 0 ? round : undefined,
  };
}

/** Whether anything is left out. */
export function isFiltering({ types, text, errorsOnly, client, round }: EventFilter): boolean {
  return types.length > 0 || text !== "" || errorsOnly || client !== "" || round !== undefined;
}

/** Answers whether an event is wanted; cheap questions come first. */
export function createMatcher(filter: EventFilter): (event: FedloomEvent) => boolean {
  const { errorsOnly, round } = filter;
  const types = new Set(filter.types);
  const client = filter.client.toLowerCase();
  const text = filter.text.trim().toLowerCase();
  return (event) => {
    if (types.size > 0 && !types.has(event.type)) return false;
    if (errorsOnly && !tellsOfError(event)) return false;
    const data = event.data as { round?: number; epoch?: number; clientId?: string; clientIds?: string[] };
    if (round !== undefined && (data.round ?? data.epoch) !== round) return false;
    if (client !== "" && !clientsOf(data).some((id) => id.toLowerCase().includes(client))) return false;
    return text === "" || `${event.type} ${describeEvent(event)}`.toLowerCase().includes(text);
  };
}

/** Whether an event says that something went wrong. */
export function tellsOfError(event: FedloomEvent): boolean {
  switch (event.type) {
    case "error":
      return true;
    case "client_complete":
      return event.data.status !== "ok";
    case "log":
      return event.data.level === "error";
    case "training_end":
      return event.data.status === "failed";
    case "run_state":
      return event.data.state === "failed" || event.data.state === "lost";
    default:
      return false;
  }
}

function clientsOf({ clientId, clientIds = [] }: { clientId?: string; clientIds?: string[] }): string[] {
  return clientId === undefined ? clientIds : [clientId];
}
