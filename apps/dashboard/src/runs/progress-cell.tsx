import type { RunRecord } from "@fedloom/protocol";
import { formatCount, formatEstimate } from "../ui/format.js";
import { StateBadge } from "../ui/state-badge.js";
import { isGoingOn, secondsToGo, stepNoun } from "./run-facts.js";

/** A run's state, how far it is, and how long it will take at its pace. */
export function ProgressCell({ run, now }: { run: RunRecord; now: number }) {
  const { state, step, totalSteps } = run;
  const left = secondsToGo(run, now);
  const noun = stepNoun(run);
  const hasSteps = totalSteps !== undefined && totalSteps > 0;
  const text = hasSteps
    ? `${formatCount(step)} of ${formatCount(totalSteps)} ${noun}s`
    : `${formatCount(step)} ${noun}${step === 1 ? "" : "s"}`;
  const isMoving = isGoingOn(state) || state === "paused";
  return (
    <div className="min-w-32">
      <StateBadge state={state} />
      {hasSteps && isMoving && (
        <div
          role="progressbar"
          aria-label={`${noun}s done`}
          aria-valuemin={0}
          aria-valuemax={totalSteps}
          aria-valuenow={Math.min(step, totalSteps)}
          aria-valuetext={text}
          className="mt-1.5 h-1 overflow-hidden rounded-full bg-raised"
        >
          <div
            className={`h-full rounded-full ${state === "paused" ? "bg-muted" : "bg-accent"} motion-safe:transition-[width]`}
            style={{ width: `${Math.min(100, (100 * step) / totalSteps)}%` }}
          />
        </div>
      )}
      {(step > 0 || isMoving) && (
        <p className="mt-0.5 text-muted text-xs whitespace-nowrap">
          {text}
          {left !== undefined && left > 0 && <span className="block">{formatEstimate(left)} left</span>}
        </p>
      )}
    </div>
  );
}
