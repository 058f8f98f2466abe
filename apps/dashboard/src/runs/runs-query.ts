import { type RunState, runState } from "@fedloom/protocol";
import type { RunListQuery } from "../api/runs.js";

export const sortKeys = ["created_at", "started_at", "ended_at", "experiment_name", "state"] as const;
export type SortKey = (typeof sortKeys)[number];

export const PAGE_SIZES = [25, 50, 100] as const;
const DEFAULT_PAGE_SIZE = 50;

/** What the reader has chosen of the list, as the address has it. */
export interface RunsChoice {
  search: string;
  states: RunState[];
  mode: "centralized" | "federated" | undefined;
  project: string;
  tag: string;
  sort: SortKey;
  order: "asc" | "desc";
  /** From 1. */
  page: number;
  pageSize: number;
}

/** Reads the choice; what is not known counts as not chosen. */
export function choiceOf(search: URLSearchParams): RunsChoice {
  const mode = search.get("mode");
  const pageSize = Number(search.get("rows"));
  const page = Number(search.get("page"));
  const order = search.get("order");
  const sort = sortKeys.find((key) => key === search.get("sort")) ?? "created_at";
  return {
    search: (search.get("search") ?? "").slice(0, 200),
    states: runState.options.filter((state) => search.getAll("state").includes(state)),
    mode: mode === "centralized" || mode === "federated" ? mode : undefined,
    project: search.get("project") ?? "",
    tag: search.get("tag") ?? "",
    sort,
    order: order === "asc" || order === "desc" ? order : firstOrder(sort),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
    pageSize: PAGE_SIZES.find((size) => size === pageSize) ?? DEFAULT_PAGE_SIZE,
  };
}

/** What the server is asked for. */
export function queryOf({ page, pageSize, search, project, tag, ...rest }: RunsChoice): RunListQuery {
  return {
    ...rest,
    search: search.trim() || undefined,
    project: project || undefined,
    tag: tag || undefined,
    limit: pageSize,
    offset: (page - 1) * pageSize,
  };
}

/** Whether something is left out of the list. */
export function isFiltered({ search, states, mode, project, tag }: RunsChoice): boolean {
  return search.trim() !== "" || states.length > 0 || mode !== undefined || project !== "" || tag !== "";
}

/** Changes of the address that take every filter away. */
export const NO_FILTERS = { search: "", state: [], mode: "", project: "", tag: "", page: "" };

/** Changes of the address that sort by a column: once more turns the order round. */
export function sortChanges(choice: RunsChoice, sort: SortKey) {
  const order = choice.sort !== sort ? firstOrder(sort) : choice.order === "asc" ? "desc" : "asc";
  return {
    sort: sort === "created_at" ? "" : sort,
    order: order === firstOrder(sort) ? "" : order,
    page: "",
  };
}

/** Times begin with the newest, words with A. */
function firstOrder(sort: SortKey): "asc" | "desc" {
  return sort === "experiment_name" || sort === "state" ? "asc" : "desc";
}
