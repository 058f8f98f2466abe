import type { RunState } from "@fedloom/protocol";
import { useEffect, useRef, useState } from "react";
import { actOnRun, type RunAction } from "../api/runs.js";
import { Button } from "../ui/button.js";

const VERBS: Record<RunAction, { done: string; doing: string }> = {
  stop: { done: "stopped", doing: "Stopping…" },
  pause: { done: "paused", doing: "Pausing…" },
  resume: { done: "resumed", doing: "Resuming…" },
};

/** Pauses, resumes or stops a run; stopping is asked about once more, because it is for good. */
export function RunActions({ runId, state }: { runId: string; state: RunState }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [doing, setDoing] = useState<RunAction>();
  const [failure, setFailure] = useState<string>();
  // Another state is what was waited for.
  useEffect(() => setDoing(undefined), [state]);

  const act = async (action: RunAction) => {
    dialog.current?.close();
    setDoing(action);
    setFailure(undefined);
    try {
      await actOnRun(runId, action);
    } catch (cause) {
      setDoing(undefined);
      const reason = cause instanceof Error ? cause.message : String(cause);
      setFailure(`Could not be ${VERBS[action].done}: ${reason}`);
    }
  };
  const label = (action: RunAction, idle: string) => (doing === action ? VERBS[action].doing : idle);
  const isBusy = doing !== undefined;

  return (
    <div className="flex flex-wrap items-center gap-3">
      {failure && (
        <p role="alert" className="text-bad text-sm">
          {failure}
        </p>
      )}
      {(state === "running" || state === "queued") && (
        <Button disabled={isBusy} onClick={() => act("pause")}>
          {label("pause", "Pause")}
        </Button>
      )}
      {state === "paused" && (
        <Button kind="primary" disabled={isBusy} onClick={() => act("resume")}>
          {label("resume", "Resume")}
        </Button>
      )}
      <Button
        kind="danger"
        disabled={isBusy}
        onClick={() => dialog.current?.showModal()}
        aria-haspopup="dialog"
      >
        {label("stop", "Stop run")}
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby="stop-title"
        className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-lg border border-line bg-surface p-5 text-ink shadow-xl backdrop:bg-black/50"
      >
        <h2 id="stop-title" className="font-semibold text-lg">
          Stop this run?
        </h2>
        <p className="mt-2 text-muted">
          It ends after its current step and cannot be continued; pausing leaves that open. What was recorded
          until then is kept.
        </p>
        <div className="mt-5 flex justify-end gap-3">
          <Button onClick={() => dialog.current?.close()}>Let it run</Button>
          <Button kind="danger" onClick={() => act("stop")}>
            Stop run
          </Button>
        </div>
      </dialog>
    </div>
  );
}
