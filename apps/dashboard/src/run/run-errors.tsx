import type { RunRecord, RunState } from "@fedloom/protocol";
import { MAX_ERRORS } from "../live/bounds.js";
import type { RunError, RunView } from "../live/run-view.js";
import { Link, runPath } from "../router.js";
import { formatClock, formatCount } from "../ui/format.js";
import { Notice } from "../ui/notice.js";

const MAX_SHOWN = 3;

/** Why a run failed, and what else went wrong on the way. */
export function RunErrors({ view, record, state }: { view: RunView; record: RunRecord; state: RunState }) {
  const fatal = view.errors.findLast((error) => error.fatal);
  const others = view.errors.filter((error) => error !== fatal);
  const stopping = view.earlyStopping;
  const stoppedAt = stopping?.round ?? stopping?.epoch;
  return (
    <>
      {state === "failed" && (
        <Notice
          tone="bad"
          title={`The run failed${fatal?.round ? ` in ${view.unit} ${formatCount(fatal.round)}` : ""}`}
        >
          {fatal?.error ?? record.error ?? "No reason was given."}
        </Notice>
      )}
      {state === "paused" && (
        <Notice tone="info" title="The run is paused">
          It goes on from its last closed {view.unit} when it is resumed.
        </Notice>
      )}
      {state === "silent" && (
        <Notice tone="warn" title="The run is silent">
          Nothing was heard of it for a while. Training may well go on; what is missing arrives later.
        </Notice>
      )}
      {state === "lost" && (
        <Notice tone="warn" title="The run is not heard of">
          Its process went silent. If it comes back, the run goes on here.
        </Notice>
      )}
      {stopping && (
        <Notice
          tone="info"
          title={`Stopped early${stoppedAt === undefined ? "" : ` in ${view.unit} ${formatCount(stoppedAt)}`}`}
        >
          {stopping.reason}
        </Notice>
      )}
      {others.length > 0 && <OtherErrors errors={others} view={view} runId={record.runId} />}
    </>
  );
}

function OtherErrors(props: { errors: readonly RunError[]; view: RunView; runId: string }) {
  const { errors, view, runId } = props;
  return (
    <Notice tone="warn" title={titleOf(errors.length, view.errors.length)}>
      <ul className="space-y-0.5">
        {errors.slice(-MAX_SHOWN).map((error) => (
          <li key={`${error.timestamp} ${error.clientId} ${error.error}`}>
            <span className="text-muted">
              {formatClock(error.timestamp)}
              {error.round !== undefined && ` · ${view.unit} ${formatCount(error.round)}`}
              {error.clientId !== undefined && (
                <>
                  {" · "}
                  <bdi>{error.clientId}</bdi>
                </>
              )}
              :
            </span>{" "}
            <bdi>{error.error}</bdi>
          </li>
        ))}
      </ul>
      {errors.length > MAX_SHOWN && (
        <Link href={`${runPath(runId, "events")}?errors=1`} className="text-accent underline">
          All errors
        </Link>
      )}
    </Notice>
  );
}

function titleOf(numOthers: number, numKept: number): string {
  if (numOthers === 1) return "One error";
  return `${numKept === MAX_ERRORS ? "At least " : ""}${formatCount(numOthers)} errors`;
}
