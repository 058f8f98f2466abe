import type { AlertRecord } from "@fedloom/protocol";
import { useSyncExternalStore } from "react";
import { listAlerts } from "../api/alerts.js";
import { ApiError } from "../api/errors.js";
import { type Following, followEvents } from "../live/follow-events.js";
import { withAlertEvent } from "./firing.js";

/** Most alerts that are listed. */
export const MOST_FIRING = 200;
/** Between two questions, however many alerts come, in ms. */
const LEAST_MS = 1_000;
/** Silenced alerts come without being told. */
const POLL_MS = 30_000;
const TYPES = ["alert"] as const;

export interface Firing {
  /** Newest first; undefined until the server has answered. */
  alerts: readonly AlertRecord[] | undefined;
  /** Whether there are more than are listed. */
  isMore: boolean;
  following: Following;
  /** Why the list could not be read. */
  error: ApiError | undefined;
}

const NOTHING: Firing = { alerts: undefined, isMore: false, following: "connecting", error: undefined };
const listeners = new Set<() => void>();
let firing = NOTHING;
let watch: { askSoon: () => void; stop: () => void } | undefined;

/** Alerts that fire, by push; the bar and the screen of alerts share one socket and one list. */
export function useFiring(): Firing {
  return useSyncExternalStore(subscribe, () => firing);
}

/** Reads the list again, after something that is not told. */
export function readFiringAgain(): void {
  watch?.askSoon();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  watch ??= startWatch();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    watch?.stop();
    watch = undefined;
    firing = NOTHING;
  };
}

function startWatch(): NonNullable<typeof watch> {
  const stopped = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let askedAt = 0;

  const ask = async () => {
    clearTimeout(timer);
    timer = setTimeout(ask, POLL_MS);
    if (document.hidden && firing.alerts) return;
    askedAt = Date.now();
    try {
      const { alerts, next } = await listAlerts({ state: "firing", limit: MOST_FIRING }, stopped.signal);
      change({ alerts, isMore: next !== undefined, error: undefined });
    } catch (error) {
      if (error instanceof ApiError) change({ error });
    }
  };
  const askSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(0, askedAt + LEAST_MS - Date.now()));
  };
  const unfollow = followEvents(TYPES, {
    onEvent: (event) => {
      if (event.type !== "alert") return;
      // At once, since the server may be unable to list what it tells.
      change({ alerts: withAlertEvent(firing.alerts ?? [], event) });
      askSoon();
    },
    onChange: (following) => {
      change({ following });
      if (following === "live") askSoon();
    },
  });
  document.addEventListener("visibilitychange", askSoon);
  void ask();
  return {
    askSoon,
    stop() {
      stopped.abort();
      clearTimeout(timer);
      unfollow();
      document.removeEventListener("visibilitychange", askSoon);
    },
  };
}

function change(next: Partial<Firing>): void {
  firing = { ...firing, ...next };
  for (const listener of listeners) listener();
}
