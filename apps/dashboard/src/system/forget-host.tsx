import { useState } from "react";
import { forgetHost } from "../api/system.js";
import { useAction } from "../api/use-action.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { Refused } from "../ui/refused.js";

/** Forgets a machine that says nothing any more, once that was asked about. */
export function ForgetHost({ host, onForgotten }: { host: string; onForgotten: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const { act, isActing, refusal } = useAction();
  const forget = async () => {
    if (!(await act(() => forgetHost(host)))) return;
    setAsking(false);
    onForgotten();
  };
  return (
    <>
      <button
        type="button"
        onClick={() => setAsking(true)}
        className="text-muted hover:text-ink hover:underline"
      >
        Forget<span className="sr-only"> {host}</span>
      </button>
      <Dialog
        title="Forget this machine?"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
            <Button kind="danger" disabled={isActing} onClick={forget}>
              Forget it
            </Button>
          </>
        }
      >
        <p className="text-muted [overflow-wrap:anywhere]">
          <bdi>{host}</bdi> and its history are removed. It comes back as soon as it says something again.
        </p>
        <Refused refusal={refusal} className="mt-3" />
      </Dialog>
    </>
  );
}
