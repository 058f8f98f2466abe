import { lazy, Suspense, useMemo } from "react";
import { useSearch } from "../../router.js";
import type { RunTabProps } from "../run-tab.js";
import { ClientSpread } from "./client-spread.js";
import { SummaryCards } from "./summary-cards.js";
import { useRoundSpread } from "./use-round-spread.js";

const Curves = lazy(async () => ({ default: (await import("./curves.js")).Curves }));
const Evaluation = lazy(async () => ({ default: (await import("../evaluation/evaluation.js")).Evaluation }));
const MoreMetrics = lazy(async () => ({ default: (await import("./more-metrics.js")).MoreMetrics }));

/** How well the model does, and how that came about. */
export function OverviewTab({ snapshot, state }: RunTabProps) {
  const { view, record, finalMetrics } = snapshot;
  const [search, change] = useSearch();
  const isFederated = record.mode === "federated";
  const asked = Number(search.get("round"));
  const newest = useMemo(() => view.rounds.findLast(({ spread }) => spread.size > 0), [view.rounds]);
  const shown = view.rounds.find(({ round }) => round === asked) ?? newest ?? view.rounds.at(-1);
  const { details } = view;
  const tested = useMemo(
    () =>
      !isFederated && details && finalMetrics
        ? { step: details.testRound ?? details.round, metrics: finalMetrics.finalMetrics }
        : undefined,
    [isFederated, details, finalMetrics],
  );
  const spread = useRoundSpread(record.runId, shown);
  return (
    <div className="space-y-5">
      <SummaryCards view={view} record={record} state={state} finalMetrics={finalMetrics} />
      <Suspense fallback={<div className="min-h-96" />}>
        <Curves
          runId={record.runId}
          view={view}
          tested={tested}
          numSteps={record.totalSteps}
          onChooseRound={(round) => isFederated && change({ round: String(round) })}
        />
      </Suspense>
      {isFederated && shown && (
        <ClientSpread
          runId={record.runId}
          round={shown.round}
          isNewest={asked === 0 || shown.round !== asked}
          spread={spread}
          onNewest={() => change({ round: undefined })}
        />
      )}
      <Suspense>
        {details && <Evaluation details={details} unit={view.unit} classNames={view.start?.classNames} />}
        <MoreMetrics runId={record.runId} view={view} state={state} />
      </Suspense>
    </div>
  );
}
