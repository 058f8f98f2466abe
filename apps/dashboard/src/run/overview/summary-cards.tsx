import type { RunRecord, RunState } from "@fedloom/protocol";
import { useMemo } from "react";
import type { FinalMetrics } from "../../api/runs.js";
import { validation } from "../../live/run-progress.js";
import { isOver } from "../../live/run-session.js";
import type { RunView } from "../../live/run-view.js";
import { factsOf } from "../../runs/run-facts.js";
import { formatDuration, formatMetric, formatPercent } from "../../ui/format.js";
import { Stat } from "../../ui/stat.js";
import { useNow } from "../../ui/use-now.js";
import { bestValidation, type Headline, headlineOf } from "./headline.js";

export interface SummaryCardsProps {
  view: RunView;
  record: RunRecord;
  state: RunState;
  finalMetrics: FinalMetrics | undefined;
}

/** The numbers that matter, the final ones once the run is over. */
export function SummaryCards({ view, record, state, finalMetrics }: SummaryCardsProps) {
  const now = useNow(state === "running");
  const headline = useMemo(() => headlineOf(view.rounds), [view.rounds]);
  const { metric, label, second } = headline;
  const best = useMemo(() => bestValidation(view.rounds, metric), [view.rounds, metric]);
  const evaluated = view.rounds.findLast((round) => validation(round, "loss") !== undefined);
  const fitted = view.rounds.findLast(({ fit }) => (fit.train_loss ?? fit.loss) !== undefined);
  const final = finalMetrics?.finalMetrics;
  const beside = second ?? { metric, label };
  const startedAt = view.startedAt ?? record.startedAt;
  const recorded = startedAt === undefined ? record : { ...record, startedAt };
  const seconds = finalMetrics?.durationSeconds ?? factsOf({ ...recorded, state }, now).durationSeconds;
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
      <Stat
        title={`Final test ${label}`}
        className="col-span-2 lg:col-span-1"
        note={finalNote(state, final, headline)}
      >
        {final ? <span data-testid="final-test-score">{formatMetric(final[`test_${metric}`])}</span> : "–"}
      </Stat>
      <Stat
        title={`Best validation ${label}`}
        note={best ? `in ${view.unit} ${best.round}` : `after the first ${view.unit}`}
      >
        {formatMetric(best?.value)}
      </Stat>
      <Stat
        title="Validation loss"
        note={`training ${formatMetric(fitted?.fit.train_loss ?? fitted?.fit.loss)}`}
      >
        {formatMetric(evaluated && validation(evaluated, "loss"))}
      </Stat>
      <Stat
        title={`Validation ${beside.label}`}
        note={evaluated ? `${view.unit} ${evaluated.round}` : `after the first ${view.unit}`}
      >
        {writeScore(beside.metric, evaluated && validation(evaluated, beside.metric))}
      </Stat>
      <Stat title="Duration" note={view.endedAt || isOver(state) ? "in all" : "so far"}>
        {formatDuration(seconds)}
      </Stat>
    </dl>
  );
}

function finalNote(
  state: RunState,
  final: FinalMetrics["finalMetrics"] | undefined,
  { metric, second }: Headline,
): string {
  if (!final) return isOver(state) ? "being read" : "when the run is over";
  if (final[`test_${metric}`] === undefined) return "not measured";
  return second ? `${second.label} ${writeScore(second.metric, final[`test_${second.metric}`])}` : "";
}

function writeScore(metric: string, value: number | undefined): string {
  return metric === "accuracy" ? formatPercent(value) : formatMetric(value);
}
