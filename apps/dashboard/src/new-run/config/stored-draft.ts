import { type Draft, emptyDraft } from "./draft.js";

const STORAGE_KEY = "fedloom.new-run";

/** What a form was begun from: nothing, or the run with this id. */
export type Origin = string | undefined;

/** What was filled in before the page was loaded again; undefined if nothing was, or from another beginning. */
export function readDraft(origin: Origin): Draft | undefined {
  try {
    return draftOfText(sessionStorage.getItem(STORAGE_KEY), origin);
  } catch {
    return undefined;
  }
}

/** Keeps what was filled in until the tab is closed. */
export function keepDraft(draft: Draft | undefined, origin: Origin): void {
  try {
    if (draft === undefined || draft === emptyDraft) sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ ...draft, origin }));
  } catch {
    // Storage is switched off or full: the form holds until the page is left.
  }
}

/** Reads what `keepDraft` wrote, or what anybody else put there. */
export function draftOfText(text: string | null, origin: Origin): Draft | undefined {
  if (text === null) return undefined;
  const { config, source, upload, origin: from } = JSON.parse(text) as Record<string, unknown>;
  if (from !== origin || typeof config !== "object" || config === null || Array.isArray(config))
    return undefined;
  if (source !== "made-up" && source !== "path" && source !== "upload") return undefined;
  const { name, numBytes } = (upload ?? {}) as Record<string, unknown>;
  return {
    config: config as Draft["config"],
    source,
    ...(typeof name === "string" && typeof numBytes === "number" && { upload: { name, numBytes } }),
  };
}
