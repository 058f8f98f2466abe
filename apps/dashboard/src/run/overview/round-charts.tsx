import { useMemo } from "react";
import { ChartFigure } from "../charts/chart-figure.js";
import { lossSeries, scoreSeries } from "../charts/round-series.js";
import type { RunView } from "../live/run-view.js";

/** Loss and scores over the rounds. */
export function RoundCharts({ view, numRounds }: { view: RunView; numRounds: number | undefined }) {
  const { rounds } = view;
  const { numbers, loss, scores } = useMemo(() => {
    const evaluated = rounds.filter((round) => Object.keys({ ...round.fit, ...round.metrics }).length > 0);
    return {
      numbers: evaluated.map(({ round }) => round),
      loss: lossSeries(evaluated),
      scores: scoreSeries(evaluated),
    };
  }, [rounds]);
  const lastRound = view.totalRounds ?? numRounds ?? numbers.at(-1) ?? 1;
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <ChartFigure
        title="Loss"
        unit={view.unit}
        yLabel="loss"
        rounds={numbers}
        series={loss}
        lastRound={lastRound}
      />
      <ChartFigure
        title="AUC and accuracy"
        unit={view.unit}
        yLabel="score"
        rounds={numbers}
        series={scores}
        lastRound={lastRound}
        isShare
      />
    </div>
  );
}
