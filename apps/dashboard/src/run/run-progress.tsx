import type { RunRecord, RunState } from "@fedloom/protocol";
import { currentRound, roundsDone, secondsLeft, shareDone } from "../live/run-progress.js";
import type { RunView } from "../live/run-view.js";
import { formatCount, formatDuration, formatEstimate } from "../ui/format.js";
import { useNow } from "../ui/use-now.js";

export interface RunProgressProps {
  view: RunView;
  state: RunState;
  record: RunRecord;
}

const COLOUR: Partial<Record<RunState, string>> = {
  failed: "bg-bad",
  completed: "bg-good",
  stopped: "bg-warn",
};

/** Which round is at work and how far it is, how long it has taken, and how long the rest will take. */
export function RunProgress({ view, state, record }: RunProgressProps) {
  const now = useNow(state === "running" || state === "silent");
  const total = view.totalRounds ?? record.totalSteps;
  const done = roundsDone(view);
  const share = shareDone(view, total) ?? 0;
  const startedAt = view.startedAt ?? record.startedAt;
  const endedAt = view.endedAt ?? record.endedAt;
  const elapsed = startedAt && ((endedAt ? Date.parse(endedAt) : now) - Date.parse(startedAt)) / 1_000;
  const spent = typeof elapsed === "number" ? formatDuration(Math.max(0, elapsed)) : undefined;
  const times = [
    spent && (endedAt ? `took ${spent}` : state === "running" ? `${spent} so far` : undefined),
    leftText(view, state, now),
  ].filter(Boolean);
  return (
    <div>
      <div className="mb-1.5 flex flex-wrap justify-between gap-x-4 text-sm">
        <span data-testid="progress">{placeText(view, state, { done, total })}</span>
        <span className="text-muted">{times.join(" · ")}</span>
      </div>
      <div
        role="progressbar"
        aria-label={`${view.unit === "round" ? "Rounds" : "Epochs"} that are over`}
        aria-valuemin={0}
        aria-valuemax={total ?? Math.max(1, done)}
        aria-valuenow={done}
        className="h-2 overflow-hidden rounded-full bg-raised"
      >
        <div
          className={`h-full origin-left rounded-full motion-safe:transition-transform duration-500 ${COLOUR[state] ?? "bg-accent"}`}
          style={{ transform: `scaleX(${share})` }}
        />
      </div>
    </div>
  );
}

/** Such as `Round 7 of 50 · 8 of 10 clients`, or `50 of 50 rounds`. */
function placeText(
  view: RunView,
  state: RunState,
  { done, total }: { done: number; total: number | undefined },
): string {
  const current = state === "running" || state === "silent" ? currentRound(view) : undefined;
  const of = total === undefined ? "" : ` of ${formatCount(total)}`;
  if (!current) return `${formatCount(done)}${of} ${view.unit}${(total ?? done) === 1 ? "" : "s"}`;
  const place = `${view.unit === "round" ? "Round" : "Epoch"} ${formatCount(current.round)}${of}`;
  if (!current.numClients) return place;
  return `${place} · ${formatCount(current.numDone)} of ${formatCount(current.numClients)} clients`;
}

function leftText(view: RunView, state: RunState, now: number): string {
  if (state === "queued") return "waiting for its turn";
  if (state === "paused") return "paused";
  if (state !== "running") return "";
  if (view.rounds.length === 0) return "preparing data and model";
  const left = secondsLeft(view, now);
  if (left === undefined) return view.totalRounds ? "estimating the time left" : "";
  if (left < 1) return "nearly done";
  return `about ${formatEstimate(left)} left`;
}
