import { useState } from "react";
import { listRules } from "../../api/alert-rules.js";
import { endSilence, listSilences } from "../../api/alert-silences.js";
import { refusalOf } from "../../api/refusal.js";
import { useAction } from "../../api/use-action.js";
import { useAsked } from "../../api/use-asked.js";
import { Button } from "../../ui/button.js";
import { formatDateTime, formatEstimate } from "../../ui/format.js";
import { Loading } from "../../ui/loading.js";
import { Notice } from "../../ui/notice.js";
import { Refused } from "../../ui/refused.js";
import { useNow } from "../../ui/use-now.js";
import { readFiringAgain } from "../firing-store.js";
import { matcherWords } from "../matcher/matcher-words.js";
import { SilenceDialog } from "./silence-dialog.js";

/** Alerts that nobody wants to hear of for a while. */
export function SilencesView() {
  const { value: silences, error, again } = useAsked(listSilences);
  const rules = useAsked(listRules).value ?? [];
  const [isAdding, setAdding] = useState(false);
  const { act, isActing, refusal } = useAction();
  const now = useNow(true);
  const running = silences?.filter(({ endsAt }) => Date.parse(endsAt) > now);
  const nameOfRule = (ruleId: string) =>
    rules.find((kept) => kept.ruleId === ruleId)?.rule.name ?? `${ruleId}, which is gone`;
  const changed = () => {
    setAdding(false);
    again();
    readFiringAgain();
  };
  return (
    <section aria-label="Silences">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="max-w-2xl text-muted text-sm">
          Alerts that fit a silence are kept and listed, but nobody is told. An alert that fires can be
          silenced where it is listed.
        </p>
        <Button kind="primary" onClick={() => setAdding(true)} aria-haspopup="dialog">
          Add a silence
        </Button>
      </div>
      {error && (
        <Notice tone="warn" title="The silences could not be read">
          {refusalOf(error)}
        </Notice>
      )}
      <Refused refusal={refusal} className="mb-3" />
      {!silences && !error && <Loading what="the silences" />}
      {running?.length === 0 && <p className="py-12 text-center text-muted">Nothing is silenced.</p>}
      {running && running.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {running.map(({ silenceId, matcher, comment, startsAt, endsAt }) => (
            <li
              key={silenceId}
              className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3"
            >
              <div className="min-w-0 flex-1 basis-64 [overflow-wrap:anywhere]">
                <p className="font-medium first-letter:uppercase">
                  <bdi>{matcherWords(matcher, nameOfRule)}</bdi>
                </p>
                <p className="text-muted text-sm">
                  {Date.parse(startsAt) > now && `from ${formatDateTime(startsAt)} `}
                  until {formatDateTime(endsAt)}, for another{" "}
                  {formatEstimate((Date.parse(endsAt) - now) / 1_000)}
                </p>
                {comment && (
                  <p className="mt-0.5 text-sm">
                    <bdi>{comment}</bdi>
                  </p>
                )}
              </div>
              <Button
                disabled={isActing}
                onClick={async () => (await act(() => endSilence(silenceId))) && changed()}
              >
                End now
              </Button>
            </li>
          ))}
        </ul>
      )}
      {isAdding && <SilenceDialog matcher={{}} onClose={() => setAdding(false)} onSaved={changed} />}
    </section>
  );
}
