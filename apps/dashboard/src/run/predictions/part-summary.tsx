import type { RunPredictions } from "@fedloom/protocol";
import { formatCount, formatMetric, formatPercent } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { ConfusionTable, type ConfusionTableProps } from "./confusion-table.js";
import { RocPlot } from "./roc-plot.js";

/** How the model does on all samples of the part. */
export function PartSummary({
  answer,
  choice,
  onChoose,
}: Pick<ConfusionTableProps, "choice" | "onChoose"> & { answer: RunPredictions }) {
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
            <ConfusionTable counts={confusion} names={classNames} choice={choice} onChoose={onChoose} />
            <p className="mt-1 text-muted text-sm">Choose a cell to see its samples.</p>
          </div>
        )}
        {answer.roc && (
          <figure>
            <RocPlot answer={answer} />
            <figcaption className="text-muted text-sm">
              ROC curve; the ring is where the model decides.
            </figcaption>
          </figure>
        )}
      </div>
    </Panel>
  );
}
