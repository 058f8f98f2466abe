import { useCallback, useEffect } from "react";
import { getPredictions } from "../../api/predictions.js";
import { useAsked } from "../../api/use-asked.js";
import { useSearch } from "../../router.js";
import { Loading } from "../../ui/loading.js";
import { Notice } from "../../ui/notice.js";
import type { RunTabProps } from "../run-tab.js";
import { ModelBar } from "./model-bar.js";
import { PartSummary } from "./part-summary.js";
import { choiceOf, choosing, queryOf } from "./prediction-choice.js";
import { PredictionsProblem } from "./predictions-problem.js";
import { SamplesPanel } from "./samples-panel.js";
import { useNewestModel } from "./use-newest-model.js";

/** What the model says of single samples, where the server has the model. */
export function PredictionsTab(props: RunTabProps) {
  if (props.snapshot.record.isManaged) return <Predictions {...props} />;
  return (
    <Notice tone="info" title="Only the program that trains this run can ask its model">
      The server has neither the model nor the samples of a run that it does not train itself.
    </Notice>
  );
}

function Predictions({ snapshot, state }: RunTabProps) {
  const { runId } = snapshot.record;
  const [search, change] = useSearch();
  const choice = choiceOf(search);
  const query = JSON.stringify(queryOf(choice));
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const asked = JSON.parse(query) as ReturnType<typeof queryOf>;
      return { offset: asked.offset ?? 0, answer: await getPredictions(runId, asked, signal) };
    },
    [runId, query],
  );
  const { value, error, isAsking, again } = useAsked(ask);
  const newest = useNewestModel(runId, choice.kind, state);
  const answer = value?.answer;
  const isFirst = newest !== undefined && error?.code === "checkpoint_not_found";
  useEffect(() => {
    if (isFirst) again();
  }, [isFirst, again]);
  const isNewer =
    newest !== undefined &&
    answer?.kind === newest.kind &&
    answer.checkpointId !== newest.checkpointId &&
    newest.step > answer.step;
  return (
    <div className="space-y-5">
      <ModelBar
        choice={choice}
        answer={answer}
        newerStep={isNewer ? newest.step : undefined}
        isAsking={isAsking}
        onChange={change}
        onNewer={again}
      />
      {error ? (
        <PredictionsProblem error={error} onAgain={again} />
      ) : value && answer ? (
        <div className="grid items-start gap-5 lg:grid-cols-[19rem_minmax(0,1fr)]">
          <PartSummary
            answer={answer}
            choice={choice}
            onChoose={(cell) => change(choosing(cell ?? { label: undefined, predicted: undefined }))}
          />
          <SamplesPanel {...value} choice={choice} isAsking={isAsking} onChange={change} />
        </div>
      ) : (
        <Loading what="what the model says of each sample" />
      )}
    </div>
  );
}
