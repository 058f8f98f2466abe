import type { RunPredictions } from "@fedloom/protocol";
import { formatCount, formatMetric, formatPercent } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { type ConfusionCell, ConfusionMatrix } from "../evaluation/confusion-matrix.js";
import { RocCurve } from "../evaluation/roc-curve.js";
import type { PredictionChoice } from "./prediction-choice.js";

/** How the model does on all samples of the part. */
export function PartSummary({
  answer,
  choice,
  onChoose,
}: {
  answer: RunPredictions;
  choice: PredictionChoice;
  /** A cell of the confusion matrix was pressed; undefined where it was the chosen one. */
  onChoose: (cell: ConfusionCell | undefined) => void;
}) {
  const { part, numSamples, numMistakes, accuracy, auroc, loss, confusion, classNames } = answer;
  const figures = [
    { title: "Mistakes", value: `${formatCount(numMistakes)} of ${formatCount(numSamples)}` },
    { title: "Accuracy", value: formatPercent(accuracy) },
    { title: "AUROC", value: formatMetric(auroc) },
    { title: "Mean loss", value: formatMetric(loss) },
  ];
  return (
    <Panel title={part === "test" ? "All test samples" : "All validation samples"}>
      <div className="grid gap-5 sm:grid-cols-2 lg:grid-cols-1">
        <dl className="grid grid-cols-2 content-start gap-x-6 gap-y-3">
          {figures.map(({ title, value }) => (
            <div key={title}>
              <dt className="text-muted text-sm">{title}</dt>
              <dd className="font-semibold text-lg leading-tight">{value}</dd>
            </div>
          ))}
        </dl>
        {confusion && (
          <div className="min-w-0">
            <ConfusionMatrix counts={confusion} classNames={classNames} chosen={choice} onChoose={onChoose} />
            <p className="mt-1 text-muted text-sm">Choose a cell to see its samples.</p>
          </div>
        )}
        {answer.roc && <RocCurve points={answer.roc} auroc={auroc} confusion={confusion ?? undefined} />}
      </div>
    </Panel>
  );
}
