import { useRef, useState } from "react";
import { stopRun } from "../api/runs.js";
import { Button } from "../ui/button.js";

/** Stops a run after asking once more. */
export function StopButton({ runId }: { runId: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [phase, setPhase] = useState<"idle" | "stopping">("idle");
  const [failure, setFailure] = useState<string>();

  const stop = async () => {
    dialog.current?.close();
    setPhase("stopping");
    setFailure(undefined);
    try {
      await stopRun(runId);
    } catch (cause) {
      setPhase("idle");
      setFailure(cause instanceof Error ? cause.message : String(cause));
    }
  };

  return (
    <div className="flex flex-wrap items-center gap-3">
      {failure && (
        <p role="alert" className="text-bad text-sm">
          Could not be stopped: {failure}
        </p>
      )}
      <Button
        kind="danger"
        disabled={phase === "stopping"}
        onClick={() => dialog.current?.showModal()}
        aria-haspopup="dialog"
      >
        {phase === "stopping" ? "Stopping…" : "Stop run"}
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
          It ends after its current step and cannot be continued. What was recorded until then is kept.
        </p>
        <div className="mt-5 flex justify-end gap-3">
          <Button onClick={() => dialog.current?.close()}>Let it run</Button>
          <Button kind="danger" onClick={stop}>
            Stop run
          </Button>
        </div>
      </dialog>
    </div>
  );
}
