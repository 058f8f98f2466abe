import type { RunState } from "@fedloom/protocol";
import { isOver, type RunSnapshot } from "../live/run-session.js";
import { useNow } from "../ui/use-now.js";
import { describeSource } from "./describe-source.js";

const TONE = { good: "text-good", warn: "text-warn", muted: "text-muted" };

/** Says in words where the shown data comes from and how fresh it is. */
export function SourceNote({ snapshot, state }: { snapshot: RunSnapshot; state: RunState }) {
  const now = useNow(!isOver(state));
  const { text, tone } = describeSource(snapshot, { state, now });
  return (
    <span role="status" data-testid="source" className="inline-flex items-center gap-1.5 text-muted text-sm">
      <span aria-hidden="true" className={`size-2 shrink-0 rounded-full bg-current ${TONE[tone]}`} />
      <span className={tone === "warn" ? "text-warn" : ""}>{text}</span>
    </span>
  );
}
