import type { RunState } from "@fedloom/protocol";
import { useEffect, useState } from "react";
import { actOnRun, type RunAction } from "../api/runs.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";

const WORDS: Record<RunAction, { idle: string; doing: string; done: string }> = {
  stop: { idle: "Stop run", doing: "Stopping…", done: "stopped" },
  pause: { idle: "Pause", doing: "Pausing…", done: "paused" },
  resume: { idle: "Resume", doing: "Resuming…", done: "resumed" },
};

/** Pauses, resumes or stops a run; stopping is asked about once more, because it is for good. */
export function RunActions({ runId, state }: { runId: string; state: RunState }) {
  const [isAsked, setIsAsked] = useState(false);
  const [doing, setDoing] = useState<RunAction>();
  const [failure, setFailure] = useState<string>();
  // Another state is what was waited for.
  useEffect(() => setDoing(undefined), [state]);

  const act = async (action: RunAction) => {
    setIsAsked(false);
    setDoing(action);
    setFailure(undefined);
    try {
      await actOnRun(runId, action);
    } catch (cause) {
      setDoing(undefined);
      const reason = cause instanceof Error ? cause.message : String(cause);
      setFailure(`Could not be ${WORDS[action].done}: ${reason}`);
    }
  };
  const label = (action: RunAction) => WORDS[action][doing === action ? "doing" : "idle"];
  const isBusy = doing !== undefined;
  const close = () => setIsAsked(false);

  return (
    <div className="flex flex-wrap items-center gap-2 sm:shrink-0 sm:flex-nowrap sm:gap-3">
      {failure && (
        <p role="alert" className="max-w-64 text-bad text-sm [overflow-wrap:anywhere]">
          {failure}
        </p>
      )}
      {(state === "running" || state === "queued") && (
        <Button disabled={isBusy} onClick={() => act("pause")}>
          {label("pause")}
        </Button>
      )}
      {state === "paused" && (
        <Button kind="primary" disabled={isBusy} onClick={() => act("resume")}>
          {label("resume")}
        </Button>
      )}
      <Button kind="danger" disabled={isBusy} onClick={() => setIsAsked(true)} aria-haspopup="dialog">
        {label("stop")}
      </Button>
      <Dialog
        title="Stop this run?"
        isOpen={isAsked}
        onClose={close}
        actions={
          <>
            <Button onClick={close}>Let it run</Button>
            <Button kind="danger" onClick={() => act("stop")}>
              Stop run
            </Button>
          </>
        }
      >
        <p className="text-muted">
          It ends after its current step and cannot be continued; pausing leaves that open. What was recorded
          until then is kept.
        </p>
      </Dialog>
    </div>
  );
}
