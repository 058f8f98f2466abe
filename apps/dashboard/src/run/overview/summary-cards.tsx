import type { RunRecord, RunState } from "@fedloom/protocol";
import type { FinalMetrics } from "../../api/runs.js";
import { bestValidationAuroc, validation } from "../../live/run-progress.js";
import { isOver } from "../../live/run-session.js";
import type { RunView } from "../../live/run-view.js";
import { factsOf } from "../../runs/run-facts.js";
import { formatDuration, formatMetric, formatPercent } from "../../ui/format.js";
import { Stat } from "../../ui/stat.js";
import { useNow } from "../../ui/use-now.js";

export interface SummaryCardsProps {
  view: RunView;
  record: RunRecord;
  state: RunState;
  finalMetrics: FinalMetrics | undefined;
}

/** The numbers that matter, the final ones once the run is over. */
export function SummaryCards({ view, record, state, finalMetrics }: SummaryCardsProps) {
  const now = useNow(state === "running");
  const best = bestValidationAuroc(view);
  const evaluated = view.rounds.findLast((round) => validation(round, "loss") !== undefined);
  const fitted = view.rounds.findLast(({ fit }) => (fit.train_loss ?? fit.loss) !== undefined);
  const { test_auroc: testAuroc, test_accuracy: testAccuracy } = finalMetrics?.finalMetrics ?? {};
  const startedAt = view.startedAt ?? record.startedAt;
  const recorded = startedAt === undefined ? record : { ...record, startedAt };
  const seconds = finalMetrics?.durationSeconds ?? factsOf({ ...recorded, state }, now).durationSeconds;
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
      <Stat
        title="Final test AUC"
        className="col-span-2 lg:col-span-1"
        note={finalNote(state, finalMetrics, `accuracy ${formatPercent(testAccuracy)}`)}
      >
        {finalMetrics ? <span data-testid="final-test-auroc">{formatMetric(testAuroc)}</span> : "–"}
      </Stat>
      <Stat
        title="Best validation AUC"
        note={best ? `in ${view.unit} ${best.round}` : `after the first ${view.unit}`}
      >
        {formatMetric(best?.auroc)}
      </Stat>
      <Stat
        title="Validation loss"
        note={`training ${formatMetric(fitted?.fit.train_loss ?? fitted?.fit.loss)}`}
      >
        {formatMetric(evaluated && validation(evaluated, "loss"))}
      </Stat>
      <Stat
        title="Validation accuracy"
        note={evaluated ? `${view.unit} ${evaluated.round}` : `after the first ${view.unit}`}
      >
        {formatPercent(evaluated && validation(evaluated, "accuracy"))}
      </Stat>
      <Stat title="Duration" note={view.endedAt || isOver(state) ? "in all" : "so far"}>
        {formatDuration(seconds)}
      </Stat>
    </dl>
  );
}

function finalNote(state: RunState, finalMetrics: FinalMetrics | undefined, note: string): string {
  if (finalMetrics) return finalMetrics.finalMetrics.test_auroc === undefined ? "not measured" : note;
  return isOver(state) ? "being read" : "when the run is over";
}
