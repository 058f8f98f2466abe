import type { Following } from "../live/use-events.js";

/** Whether what is shown follows events, or is asked for now and then. */
export function LiveNote({ following, periodMs }: { following: Following; periodMs: number }) {
  const isLive = following === "live";
  const asked = `asked every ${Math.round(periodMs / 1_000)} s`;
  return (
    <span
      role="status"
      title={isLive ? "Changes appear as they happen" : "Events cannot be followed just now"}
      className={`inline-flex items-center gap-1.5 text-sm whitespace-nowrap ${isLive ? "text-good" : "text-muted"}`}
    >
      <span aria-hidden="true" className={`size-1.5 rounded-full bg-current ${isLive ? "breathe" : ""}`} />
      {isLive ? "live" : following === "connecting" ? "connecting" : `reconnecting, ${asked}`}
    </span>
  );
}
