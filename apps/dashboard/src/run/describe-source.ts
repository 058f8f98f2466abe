import type { RunState } from "@fedloom/protocol";
import { isOver, type RunSnapshot } from "../live/run-session.js";
import { formatClock, formatCountOf, formatEstimate } from "../ui/format.js";

/** In words where the shown data comes from and how fresh it is. */
export interface SourceWords {
  text: string;
  tone: "good" | "warn" | "muted";
}

/** A run that goes on and says nothing for so long may not be what the page shows, in ms. */
const STALE_MS = 30_000;

export function describeSource(
  { source, view, heardAt }: Pick<RunSnapshot, "source" | "view" | "heardAt">,
  { state, now }: { state: RunState; now: number },
): SourceWords {
  switch (source.kind) {
    case "connecting":
      return { text: "Connecting…", tone: "muted" };
    case "reconnecting": {
      const asOf = view.lastEventAt && ` shown as of ${formatClock(view.lastEventAt)}`;
      return { text: `Reconnecting…${asOf ?? ""}`, tone: "warn" };
    }
    case "ended":
      return { text: "Watched live to its end", tone: "muted" };
    case "stored":
      return { text: "Stored data", tone: "muted" };
    case "live": {
      const silentMs = heardAt === undefined ? 0 : now - heardAt;
      const speaks = state !== "queued" && state !== "paused" && !isOver(state);
      if (speaks && silentMs >= STALE_MS) {
        return { text: `Stale: nothing heard for ${roughly(silentMs)}`, tone: "warn" };
      }
      return { text: liveText(source), tone: "good" };
    }
  }
}

function liveText({ transport, numReplayed }: Extract<RunSnapshot["source"], { kind: "live" }>): string {
  if (transport === "sse") return "Live over HTTP (sockets are blocked)";
  if (transport === "polling") return "Asked every 2 s";
  return numReplayed > 0 ? `Live · replayed ${formatCountOf(numReplayed, "event")}` : "Live";
}

/** In steps of 10 s, later of minutes: what changes each second cannot be listened to. */
function roughly(ms: number): string {
  const step = ms < 120_000 ? 10_000 : 60_000;
  return formatEstimate((Math.floor(ms / step) * step) / 1_000);
}
