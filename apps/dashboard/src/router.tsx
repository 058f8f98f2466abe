import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from "react";

export type Route = { page: "runs" } | { page: "new" } | { page: "run"; runId: string } | { page: "unknown" };

/** Which screen a path of the address means. */
export function routeOf(path: string): Route {
  const [, first = "", second = "", ...rest] = path.replace(/(.)\/+$/, "$1").split("/");
  if (rest.length > 0) return { page: "unknown" };
  if (first === "" && second === "") return { page: "runs" };
  if (first === "new" && second === "") return { page: "new" };
  if (first === "runs" && second === "") return { page: "runs" };
  if (first === "runs") return { page: "run", runId: second };
  return { page: "unknown" };
}

/** Path of a run's live page. */
export function runPath(runId: string): string {
  return `/runs/${encodeURIComponent(runId)}`;
}

const listeners = new Set<() => void>();

/** Shows another screen and remembers it in the browser's history. */
export function navigate(path: string): void {
  history.pushState(null, "", path);
  window.scrollTo(0, 0);
  for (const listener of listeners) listener();
}

/** The path in the address, followed as it changes. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
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
