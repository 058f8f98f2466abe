import { useMemo } from "react";
import type { EvaluationDetails } from "../../live/run-view.js";
import { useSearch } from "../../router.js";
import { Choice } from "../../ui/choice.js";
import { formatCount } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { ClassScoresTable } from "./class-scores-table.js";
import { ConfusionMatrix } from "./confusion-matrix.js";
import { classScoresOf, confusionOf, rocOf } from "./evaluation-details.js";
import { RocCurve } from "./roc-curve.js";

const SPLITS = [
  { value: "val", label: "Validation" },
  { value: "test", label: "Test" },
] as const;

export interface EvaluationProps {
  details: EvaluationDetails;
  unit: "round" | "epoch";
  /** By label, where the run has told them. */
  classNames: readonly string[] | undefined;
}

/** What the newest evaluation says of single classes. */
export function Evaluation({ details, unit, classNames }: EvaluationProps) {
  const [search, change] = useSearch();
  const splits = SPLITS.filter(({ value }) => Object.keys(details[value]).some((name) => name.includes("/")));
  const split = splits.find(({ value }) => value === search.get("split"))?.value ?? splits[0]?.value;
  const { confusion, roc, scores } = useMemo(() => {
    const shown = split ? details[split] : {};
    return { confusion: confusionOf(shown), roc: rocOf(shown), scores: classScoresOf(shown) };
  }, [details, split]);
  if (!split) return null;
  const round = split === "test" ? (details.testRound ?? details.round) : details.round;
  const auroc = details[split].auroc ?? scores.at(-1)?.auroc;
  return (
    <Panel
      title={`Evaluation after ${unit} ${formatCount(round)}`}
      action={
        splits.length > 1 && (
          <Choice
            label="Data that the model was evaluated on"
            options={splits}
            value={split}
            onChange={(next) => change({ split: next === "val" ? undefined : next })}
          />
        )
      }
    >
      <div className={`grid items-center gap-6 ${roc ? "md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]" : ""}`}>
        <div className="min-w-0 space-y-5">
          {confusion && <ConfusionMatrix counts={confusion} classNames={classNames} />}
          {scores.length > 0 && <ClassScoresTable scores={scores} classNames={classNames} />}
        </div>
        {roc && <RocCurve points={roc} auroc={auroc} confusion={confusion} />}
      </div>
    </Panel>
  );
}
