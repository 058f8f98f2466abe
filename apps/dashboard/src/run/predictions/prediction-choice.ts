import type { PredictionsQuery } from "@fedloom/protocol";
import type { SearchChanges } from "../../router.js";

/** Samples on one page. */
export const PAGE_SIZE = 20;

/** What the reader chose, as it stands in the address. */
export interface PredictionChoice
  extends Pick<PredictionsQuery, "kind" | "part" | "filter" | "sort" | "label" | "predicted"> {
  /** From 0. */
  page: number;
  /** The sample that is looked at closely, by its place among all that were chosen, from 0. */
  at?: number;
  /** Which class the coloured areas are about. */
  about: PredictionsQuery["activation_of"];
  /** How strongly they are shown, 0 to 100. */
  heat: number;
}

const USUAL_HEAT = 60;

/** Reads the choice from the address; what makes no sense there is left out. */
export function choiceOf(search: URLSearchParams): PredictionChoice {
  const label = numberOf(search.get("label"), 255);
  const predicted = numberOf(search.get("predicted"), 255);
  const at = numberOf(search.get("at"), Number.MAX_SAFE_INTEGER);
  return {
    kind: oneOf(search.get("kind"), ["best", "last"]),
    part: oneOf(search.get("part"), ["test", "val"]),
    filter: oneOf(search.get("filter"), ["all", "mistakes", "correct"]),
    sort: oneOf(search.get("sort"), ["loss", "confidence", "index"]),
    ...(label !== undefined && { label }),
    ...(predicted !== undefined && { predicted }),
    ...(at !== undefined && { at }),
    page:
      at === undefined
        ? Math.max(0, (numberOf(search.get("page"), 1e6) ?? 1) - 1)
        : Math.floor(at / PAGE_SIZE),
    about: numberOf(search.get("about"), 255) ?? "predicted",
    heat: numberOf(search.get("heat"), 100) ?? USUAL_HEAT,
  };
}

/** Changes of the address for another choice of samples: it begins at the first page, and closes what is open. */
export function choosing(changes: Partial<Omit<PredictionChoice, "page" | "at" | "heat">>): SearchChanges {
  const texts = Object.entries(changes).map(([name, value]) => [
    name,
    value === undefined ? "" : String(value),
  ]);
  return { ...Object.fromEntries(texts), page: "", at: "" };
}

/** Changes of the address that turn to a page, from 0, or look at one sample closely. */
export function turningTo(page: number): SearchChanges {
  return { page: page === 0 ? "" : String(page + 1), at: "" };
}

export function lookingAt(at: number | undefined): SearchChanges {
  return at === undefined ? { at: "" } : { at: String(at), ...pageOf(at) };
}

/** What the server is asked for a choice. */
export function queryOf(choice: PredictionChoice): Partial<PredictionsQuery> {
  const { kind, part, filter, sort, label, predicted, about, page } = choice;
  const asked = { kind, part, filter, sort, label, predicted, activation_of: about };
  return { ...asked, limit: PAGE_SIZE, offset: page * PAGE_SIZE };
}

function pageOf(at: number): SearchChanges {
  const page = Math.floor(at / PAGE_SIZE);
  return { page: page === 0 ? "" : String(page + 1) };
}

function oneOf<Value extends string>(text: string | null, known: readonly [Value, ...Value[]]): Value {
  return known.find((value) => value === text) ?? known[0];
}

function numberOf(text: string | null, max: number): number | undefined {
  if (text === null || !/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}
