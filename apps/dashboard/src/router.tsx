import { type AnchorHTMLAttributes, type MouseEvent, useCallback, useSyncExternalStore } from "react";

/** Parts of a run's page, each with a path of its own. */
export const runTabs = ["overview", "clients", "rounds", "predictions", "events", "about"] as const;
export type RunTab = (typeof runTabs)[number];

export type Route =
  | { page: "runs" }
  | { page: "new" }
  | { page: "compare" }
  | { page: "system" }
  | { page: "alerts" }
  | { page: "run"; runId: string; tab: RunTab }
  | { page: "unknown" };

const SINGLE = ["new", "compare", "system", "alerts"] as const;

/** Which screen a path of the address means. */
export function routeOf(path: string): Route {
  const [, first = "", second = "", third = "overview", ...rest] = path.replace(/(.)\/+$/, "$1").split("/");
  if (rest.length > 0) return { page: "unknown" };
  if ((first === "" || first === "runs") && second === "") return { page: "runs" };
  const single = SINGLE.find((page) => page === first);
  if (single) return second === "" ? { page: single } : { page: "unknown" };
  const tab = runTabs.find((known) => known === third);
  if (first === "runs" && tab) return { page: "run", runId: second, tab };
  return { page: "unknown" };
}

/** Path of a run's page, or of one part of it. */
export function runPath(runId: string, tab: RunTab = "overview"): string {
  const path = `/runs/${encodeURIComponent(runId)}`;
  return tab === "overview" ? path : `${path}/${tab}`;
}

const listeners = new Set<() => void>();

/** Shows another screen and remembers it in the browser's history. */
export function navigate(path: string): void {
  history.pushState(null, "", path);
  window.scrollTo(0, 0);
  tell();
}

/** The path in the address, followed as it changes. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

/** Values to put into the address's query; an empty one takes its name out. */
export type SearchChanges = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The query of the address, followed as it changes, and what changes it in its place, so that Back leaves the screen
 * instead of undoing each choice. What a screen shows by choice (search, sort, range) is kept there.
 */
export function useSearch(): [URLSearchParams, (changes: SearchChanges) => void] {
  const search = useSyncExternalStore(subscribe, () => location.search);
  const change = useCallback((changes: SearchChanges) => {
    const next = withChanges(new URLSearchParams(location.search), changes).toString();
    if (next === location.search.slice(1)) return;
    history.replaceState(null, "", location.pathname + (next && `?${next}`));
    tell();
  }, []);
  return [new URLSearchParams(search), change];
}

/** The query with some of its values changed. */
export function withChanges(search: URLSearchParams, changes: SearchChanges): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const each of typeof value === "string" ? [value] : (value ?? [])) {
      if (each !== "") next.append(name, each);
    }
  }
  return next;
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

/** A link within the page: real for new tabs and copying, without a reload for a plain click. */
export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const { button, metaKey, ctrlKey, shiftKey, altKey, defaultPrevented } = event;
    if (defaultPrevented || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a {...rest} href={href} onClick={follow} />;
}
