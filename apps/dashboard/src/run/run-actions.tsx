import type { RunState } from "@fedloom/protocol";
import { useEffect, useState } from "react";
import { actOnRun, type RunAction } from "../api/runs.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";

const WORDS = {
  stop: {
    done: "stopped",
    doing: "Stopping…",
    idle: "Stop run",
    question: "Stop this run?",
    about:
      "It ends after its current step and cannot be continued; pausing leaves that open. What was recorded until then is kept.",
  },
  pause: {
    done: "paused",
    doing: "Pausing…",
    idle: "Pause",
    question: "Pause this run?",
    about: "It lets go of the processor, and goes on from its last closed step when it is resumed.",
  },
  resume: { done: "resumed", doing: "Resuming…", idle: "Resume" },
} as const;

/** Pauses, resumes or stops a run; what interrupts it is asked about once more. */
export function RunActions({ runId, state }: { runId: string; state: RunState }) {
  const [asked, setAsked] = useState<"stop" | "pause">();
  const [doing, setDoing] = useState<RunAction>();
  const [failure, setFailure] = useState<string>();
  // Another state is what was waited for.
  useEffect(() => setDoing(undefined), [state]);

  const act = async (action: RunAction) => {
    setAsked(undefined);
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
  const close = () => setAsked(undefined);
  const question = asked && WORDS[asked];

  return (
    <div className="flex flex-wrap items-center gap-2 sm:gap-3">
      {failure && (
        <p role="alert" className="text-bad text-sm [overflow-wrap:anywhere]">
          {failure}
        </p>
      )}
      {(state === "running" || state === "queued") && (
        <Button disabled={isBusy} onClick={() => setAsked("pause")} aria-haspopup="dialog">
          {label("pause")}
        </Button>
      )}
      {state === "paused" && (
        <Button kind="primary" disabled={isBusy} onClick={() => act("resume")}>
          {label("resume")}
        </Button>
      )}
      <Button kind="danger" disabled={isBusy} onClick={() => setAsked("stop")} aria-haspopup="dialog">
        {label("stop")}
      </Button>
      <Dialog
        title={question?.question ?? ""}
        isOpen={asked !== undefined}
        onClose={close}
        actions={
          asked && (
            <>
              <Button onClick={close}>Let it run</Button>
              <Button kind={asked === "stop" ? "danger" : "primary"} onClick={() => act(asked)}>
                {WORDS[asked].idle}
              </Button>
            </>
          )
        }
      >
        <p className="text-muted">{question?.about}</p>
      </Dialog>
    </div>
  );
}
