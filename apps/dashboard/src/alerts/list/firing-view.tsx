import type { AlertRecord } from "@fedloom/protocol";
import { useState } from "react";
import { listSilences } from "../../api/alert-silences.js";
import { resolveAlert } from "../../api/alerts.js";
import { useAction } from "../../api/use-action.js";
import { useAsked } from "../../api/use-asked.js";
import { Button } from "../../ui/button.js";
import { formatCount } from "../../ui/format.js";
import { Loading } from "../../ui/loading.js";
import { Notice } from "../../ui/notice.js";
import { Refused } from "../../ui/refused.js";
import { useNow } from "../../ui/use-now.js";
import { MOST_FIRING, readFiringAgain, useFiring } from "../firing-store.js";
import { fittingSilence } from "../matcher/fitting-silence.js";
import { matcherOfAlert } from "../matcher/matcher-form.js";
import { SilenceDialog } from "../silences/silence-dialog.js";
import { AlertItem } from "./alert-item.js";

/** What is wrong at present. */
export function FiringView() {
  const { alerts, isMore, following, error } = useFiring();
  const silences = useAsked(listSilences);
  const [silencing, setSilencing] = useState<AlertRecord>();
  const { act, isActing, refusal } = useAction();
  const now = useNow(true);
  const resolve = async (alertId: string) => {
    await act(() => resolveAlert(alertId));
    readFiringAgain();
  };
  return (
    <section aria-label="Firing now">
      <p role="status" className="mb-3 text-muted text-sm">
        {following === "live"
          ? "New alerts appear by themselves."
          : "Nothing is pushed at present: the list is read every 30 seconds."}
      </p>
      {error && (
        <div className="mb-4">
          <Notice tone="warn" title={alerts ? "Not up to date" : "The alerts could not be read"}>
            Trying again: {error.message}.
          </Notice>
        </div>
      )}
      <Refused refusal={refusal} className="mb-3" />
      {!alerts && !error && <Loading what="the alerts" />}
      {alerts?.length === 0 && (
        <div className="rounded-lg border border-line border-dashed bg-surface px-6 py-12 text-center">
          <p className="font-semibold text-good text-lg">Nothing is wrong</p>
          <p className="mx-auto mt-1 max-w-md text-muted">
            No alert is firing. The rules say what is watched for; the history has what was wrong before.
          </p>
        </div>
      )}
      <ul className="space-y-3">
        {alerts?.map((alert) => (
          <AlertItem
            key={alert.alertId}
            alert={alert}
            now={now}
            silence={fittingSilence(alert, silences.value ?? [], now)}
            actions={
              <>
                <Button onClick={() => setSilencing(alert)} aria-haspopup="dialog">
                  Silence<span className="sr-only"> {alert.title}</span>
                </Button>
                <Button disabled={isActing} onClick={() => resolve(alert.alertId)}>
                  Resolve<span className="sr-only"> {alert.title}</span>
                </Button>
              </>
            }
          />
        ))}
      </ul>
      {isMore && (
        <p className="mt-3 text-muted text-sm">
          These are the newest {formatCount(MOST_FIRING)}; the history has them all.
        </p>
      )}
      {silencing && (
        <SilenceDialog
          matcher={matcherOfAlert(silencing)}
          onClose={() => setSilencing(undefined)}
          onSaved={() => {
            setSilencing(undefined);
            silences.again();
            readFiringAgain();
          }}
        />
      )}
    </section>
  );
}
