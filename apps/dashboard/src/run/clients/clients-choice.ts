import { useMemo } from "react";
import { useSearch } from "../../router.js";
import { type LaneOrder, laneOrders } from "./lane-order.js";
import { zooms } from "./timeline-layout.js";

export const shownClients = ["all", "problems", "outliers"] as const;
export type ShownClients = (typeof shownClients)[number];

/** What the reader chose to see of rounds and clients; kept in the address. */
export interface ClientsChoice {
  /** Absent: the newest round, which is followed. */
  round: number | undefined;
  zoom: (typeof zooms)[number];
  order: LaneOrder;
  /** Part of a client's id. */
  find: string;
  /** Clients of one round, or over the whole run. */
  over: "round" | "run";
  only: ShownClients;
  /** By which column the table is sorted, and whether downwards. */
  sort: string;
  isDown: boolean;
}

/** The choice as the address has it, and what changes parts of it. */
export function useClientsChoice(): [ClientsChoice, (changes: Partial<ClientsChoice>) => void] {
  const [search, change] = useSearch();
  const text = search.toString();
  const choice = useMemo(() => choiceOf(new URLSearchParams(text)), [text]);
  return [choice, (changes) => change(searchOf({ ...choice, ...changes }))];
}

export function choiceOf(search: URLSearchParams): ClientsChoice {
  const round = Number(search.get("round"));
  const sort = search.get("sort") ?? "";
  return {
    round: Number.isSafeInteger(round) && round > 0 ? round : undefined,
    zoom: zooms.find((zoom) => zoom === Number(search.get("zoom"))) ?? 0,
    order: laneOrders.find((order) => order === search.get("order")) ?? "name",
    find: search.get("find") ?? "",
    over: search.get("over") === "run" ? "run" : "round",
    only: shownClients.find((only) => only === search.get("only")) ?? "all",
    sort: sort.replace(/^-/, ""),
    isDown: sort.startsWith("-"),
  };
}

/** The query of a choice, without what goes without saying. */
export function searchOf(choice: ClientsChoice) {
  const { round, zoom, order, find, over, only, sort, isDown } = choice;
  return {
    round: round === undefined ? "" : String(round),
    zoom: zoom === 0 ? "" : String(zoom),
    order: order === "name" ? "" : order,
    find,
    over: over === "round" ? "" : over,
    only: only === "all" ? "" : only,
    sort: sort === "" ? "" : `${isDown ? "-" : ""}${sort}`,
  };
}
