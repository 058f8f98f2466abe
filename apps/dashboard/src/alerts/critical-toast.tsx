import type { AlertRecord } from "@fedloom/protocol";
import { useEffect, useRef, useState } from "react";
import { useSession } from "../access/session.js";
import { Link, usePath } from "../router.js";
import { newCritical } from "./firing.js";
import { useFiring } from "./firing-store.js";

const SHOWN_MS = 15_000;

/** Says so, wherever the reader is, when something critical begins. */
export function CriticalToast() {
  const { isAsked, token } = useSession();
  return isAsked ? null : <Toast key={token} />;
}

function Toast() {
  const { alerts } = useFiring();
  // There they are listed, and this would be in the way.
  const isListed = usePath() === "/alerts";
  const before = useRef(alerts);
  const [shown, setShown] = useState<AlertRecord>();
  useEffect(() => {
    // What fired when the page was opened is no news.
    const begun = before.current && alerts ? newCritical(before.current, alerts) : undefined;
    before.current = alerts;
    if (begun) setShown(begun);
    else setShown((still) => alerts?.find(({ alertId }) => alertId === still?.alertId));
  }, [alerts]);
  const shownId = shown?.alertId;
  useEffect(() => {
    if (shownId === undefined) return;
    const timer = setTimeout(() => setShown(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shownId]);
  return (
    <div role="status" className="fixed right-4 bottom-4 left-4 z-10 sm:left-auto sm:w-96">
      {shown && !isListed && (
        <div className="flex items-start gap-3 rounded-lg border border-bad border-l-4 bg-surface px-4 py-3 shadow-lg">
          <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
            <p className="font-semibold text-bad">
              <bdi>{shown.title}</bdi>
            </p>
            <p className="line-clamp-3 text-sm">
              <bdi>{shown.message}</bdi>
            </p>
            <Link
              href="/alerts"
              onClick={() => setShown(undefined)}
              className="text-accent text-sm underline"
            >
              See what is firing
            </Link>
          </div>
          <button
            type="button"
            aria-label="Close"
            onClick={() => setShown(undefined)}
            className="rounded px-1.5 text-lg text-muted leading-none hover:text-ink"
          >
            ×
          </button>
        </div>
      )}
    </div>
  );
}
