import type { RunRecord, RunState } from "@fedloom/protocol";
import type { RunView } from "../live/run-view.js";
import { formatClock } from "../ui/format.js";
import { Notice } from "../ui/notice.js";

/** Why a run failed, and what else went wrong on the way. */
export function RunErrors({ view, record, state }: { view: RunView; record: RunRecord; state: RunState }) {
  const fatal = view.errors.findLast((error) => error.fatal);
  const reason = fatal?.error ?? record.error;
  const others = view.errors.filter((error) => error !== fatal);
  return (
    <>
      {state === "failed" && (
        <Notice tone="bad" title={`The run failed${fatal?.round ? ` in round ${fatal.round}` : ""}`}>
          {reason ?? "No reason was given."}
        </Notice>
      )}
      {state === "paused" && (
        <Notice tone="info" title="The run is paused">
          It goes on from its last closed round when it is resumed.
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
      {view.earlyStopping && (
        <Notice tone="info" title="Stopped early">
          {view.earlyStopping.reason}
        </Notice>
      )}
      {others.length > 0 && (
        <Notice tone="warn" title={others.length === 1 ? "One error" : `${others.length} errors`}>
          <ul className="space-y-0.5">
            {others.slice(-5).map((error) => (
              <li key={`${error.timestamp} ${error.clientId} ${error.error}`}>
                <span className="text-muted">
                  {formatClock(error.timestamp)}
                  {error.round !== undefined && ` · round ${error.round}`}
                  {error.clientId !== undefined && (
                    <>
                      {" · "}
                      <bdi>{error.clientId}</bdi>
                    </>
                  )}
                  :
                </span>{" "}
                {error.error}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}
