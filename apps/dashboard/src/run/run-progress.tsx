import type { RunState } from "@fedloom/protocol";
import { roundsDone, secondsLeft } from "../live/run-progress.js";
import type { RunView } from "../live/run-view.js";
import { formatCount, formatEstimate } from "../ui/format.js";
import { useNow } from "../ui/use-now.js";

/** Rounds that are over, of those planned, and how long the rest will take. */
export function RunProgress(props: { view: RunView; state: RunState; numRounds: number | undefined }) {
  const { view, state } = props;
  const now = useNow(state === "running");
  const total = view.totalRounds ?? props.numRounds;
  const done = roundsDone(view);
  const share = total ? Math.min(1, done / total) : 0;
  const left = state === "running" ? secondsLeft(view, now) : undefined;
  return (
    <div>
      <div className="mb-1.5 flex justify-between gap-4 text-sm">
        <span>
          <span className="font-medium">{formatCount(done)}</span>
          {total !== undefined && ` of ${formatCount(total)}`} {view.unit}s
        </span>
        <span className="text-muted">{leftText(view, state, left)}</span>
      </div>
      <div
        role="progressbar"
        aria-label={`${view.unit === "round" ? "Rounds" : "Epochs"} that are over`}
        aria-valuemin={0}
        aria-valuemax={total ?? 0}
        aria-valuenow={done}
        className="h-2 overflow-hidden rounded-full bg-raised"
      >
        <div
          className={`h-full origin-left rounded-full motion-safe:transition-transform duration-500 ${state === "failed" ? "bg-bad" : state === "completed" ? "bg-good" : "bg-accent"}`}
          style={{ transform: `scaleX(${share})` }}
        />
      </div>
    </div>
  );
}

function leftText(view: RunView, state: RunState, left: number | undefined): string {
  if (state === "queued") return "waiting for its turn";
  if (state === "paused") return "paused";
  if (state !== "running") return "";
  if (view.rounds.length === 0) return "preparing data and model";
  if (left === undefined) return "estimating the time left";
  return left < 1 ? "nearly done" : `about ${formatEstimate(left)} left`;
}
