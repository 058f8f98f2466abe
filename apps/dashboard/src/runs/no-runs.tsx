import { useState } from "react";
import { ApiError } from "../api/errors.js";
import { startRun } from "../api/runs.js";
import { Link, navigate, runPath } from "../router.js";
import { Button, buttonClass } from "../ui/button.js";
import { Notice } from "../ui/notice.js";

/** What is shown before anything was trained: a first run is one press away. */
export function NoRuns() {
  const [isStarting, setIsStarting] = useState(false);
  const [error, setError] = useState<ApiError>();
  const start = async () => {
    setIsStarting(true);
    try {
      navigate(runPath(await startRun({})));
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(cause);
      setIsStarting(false);
    }
  };
  return (
    <div className="rounded-lg border border-line border-dashed bg-surface px-6 py-14 text-center">
      <p className="font-semibold text-lg">Nothing has been trained yet</p>
      <p className="mx-auto mt-2 max-w-lg text-muted">
        Several sites train one model together, and their images stay with them. The first run takes made-up
        chest X-rays and five sites on this machine, and is over within a minute or so.
      </p>
      <div className="mt-6 flex flex-wrap justify-center gap-3">
        <Button kind="primary" disabled={isStarting} onClick={start}>
          {isStarting ? "Starting…" : "Start a first run"}
        </Button>
        <Link href="/new" className={buttonClass("plain")}>
          Choose settings
        </Link>
      </div>
      {error && (
        <div className="mx-auto mt-6 max-w-lg text-left">
          <Notice tone="bad" title="The run was not started">
            {error.message}
          </Notice>
        </div>
      )}
    </div>
  );
}
