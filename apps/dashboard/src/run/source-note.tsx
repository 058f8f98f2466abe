import type { Source } from "../live/run-session.js";
import type { RunView } from "../live/run-view.js";
import { formatClock, formatCountOf } from "../ui/format.js";

/** Says in words where the shown data comes from and how fresh it is. */
export function SourceNote({ source, view }: { source: Source; view: RunView }) {
  return (
    <span role="status" className="text-muted text-sm">
      {noteOf(source, view)}
    </span>
  );
}

function noteOf(source: Source, { numEvents, lastEventAt }: RunView): string {
  switch (source.kind) {
    case "connecting":
      return "Connecting…";
    case "live":
      return source.numReplayed > 0
        ? `Live · replayed ${formatCountOf(source.numReplayed, "event")}`
        : "Live";
    case "reconnecting":
      return lastEventAt ? `Reconnecting… shown as of ${formatClock(lastEventAt)}` : "Reconnecting…";
    case "ended":
      return `Watched live to its end · ${formatCountOf(numEvents, "event")}`;
    case "stored":
      return `Stored data · ${formatCountOf(numEvents, "event")}`;
  }
}
