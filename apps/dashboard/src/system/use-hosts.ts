import type { FedloomEvent } from "@fedloom/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ApiError } from "../api/errors.js";
import { type CurrentHost, getCurrentHosts } from "../api/system.js";
import { usePolling } from "../api/use-polling.js";
import { type Following, useEvents } from "../live/use-events.js";
import { clockAhead, type Hosts, isStaleAt, type NewSample, withListed, withSamples } from "./hosts.js";
import { type TailShape, type Tails, withView } from "./live-tail.js";

const TYPES = ["system_metrics"] as const;
/** How often the list is asked for, where nothing comes by itself, and where only the machines may change, in ms. */
const FALLBACK_MS = 5_000;
const LIVE_MS = 60_000;
/** Samples that wait while the tab is hidden. */
const MAX_WAITING = 500;

export interface SystemView {
  /** Undefined until the server has answered. */
  hosts?: Hosts;
  tails: Tails;
  /** How far this page's clock is ahead of the server's, in ms. */
  aheadMs: number;
}

export interface SystemFollowed extends SystemView {
  following: Following;
  /** Why the list could not be read. */
  error?: ApiError;
  /** Rises when something may have been missed, so that histories must be asked for again. */
  gap: number;
  /** Reads the list again. */
  again: () => void;
}

/** Every machine as it is, by push, and by asking where nothing comes; `shape` is that of the charts and must be stable. */
export function useHosts(shape: TailShape): SystemFollowed {
  const [view, setView] = useState<SystemView>({ tails: new Map(), aheadMs: 0 });
  const [gap, setGap] = useState(0);
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((before) => before + 1), []);

  const waiting = useRef<NewSample[]>([]);
  const flush = useCallback(() => {
    const news = waiting.current;
    waiting.current = [];
    if (news.length > 0) setView((before) => withNews(before, news, shape));
  }, [shape]);
  useEffect(() => setView((before) => ({ ...before, tails: new Map() })), [shape]);

  const following = useEvents(TYPES, (event: FedloomEvent) => {
    if (event.type !== "system_metrics") return;
    const { data: sample, timestamp } = event;
    if (waiting.current.length === 0) requestAnimationFrame(flush);
    waiting.current.push({ sample, timestamp, now: Date.now() });
    // A hidden tab draws no frames.
    if (waiting.current.length >= MAX_WAITING) flush();
  });
  const wasLive = useRef(false);
  useEffect(() => {
    if (following !== "live") return;
    if (wasLive.current) setGap((before) => before + 1);
    wasLive.current = true;
  }, [following]);

  const ask = useCallback((signal: AbortSignal) => getCurrentHosts(signal), [turn]);
  const { value: listed, error } = usePolling(ask, following === "live" ? LIVE_MS : FALLBACK_MS);
  useEffect(() => {
    if (listed) setView((before) => withList(before, listed, shape));
  }, [listed, shape]);

  return { ...view, ...(error && { error }), following, gap, again };
}

function withList(before: SystemView, listed: readonly CurrentHost[], shape: TailShape): SystemView {
  const now = Date.now();
  const hosts = withListed(before.hosts ?? new Map(), listed, now);
  let { tails } = before;
  for (const [name, view] of hosts) {
    const isNew = view.takenBy === "server" && view.takenAt !== before.hosts?.get(name)?.takenAt;
    if (isNew && !isStaleAt(view, now)) tails = withView(tails, view, view.takenAt, shape);
  }
  return { hosts, tails, aheadMs: clockAhead(listed, now) };
}

function withNews(before: SystemView, news: readonly NewSample[], shape: TailShape): SystemView {
  const hosts = withSamples(before.hosts ?? new Map(), news);
  let { tails } = before;
  for (const { sample, now } of news) {
    const view = hosts.get(sample.host);
    if (view) tails = withView(tails, view, now - before.aheadMs, shape);
  }
  return { ...before, hosts, tails };
}
