import { useMemo } from "react";
import { LineChart } from "../../charts/line-chart.js";
import type { RunView } from "../../live/run-view.js";
import { useSearch } from "../../router.js";
import { formatMetric } from "../../ui/format.js";
import { chosenKinds, type MetricKind, metricKinds } from "./metric-kinds.js";
import { metricLines, type TestedOnce } from "./round-lines.js";
import { runMarks } from "./run-marks.js";
import { spreadBands } from "./spread-bands.js";
import { useSpread } from "./use-spread.js";

export interface CurvesProps {
  runId: string;
  view: RunView;
  /** Rounds or epochs that are planned, as the run's record has it. */
  numSteps: number | undefined;
  /** Where test data were looked at once. */
  tested: TestedOnce | undefined;
  onChooseRound: (round: number) => void;
}

/** Each metric over the rounds, with clients behind the training's line and what happened marked. */
export function Curves({ runId, view, numSteps, tested, onChooseRound }: CurvesProps) {
  const [search, change] = useSearch();
  const { rounds } = view;
  const available = useMemo(
    () => metricKinds.filter(({ name }) => name === "loss" || metricLines(rounds, name, tested).length > 0),
    [rounds, tested],
  );
  const shown = chosenKinds(available, search.getAll("metric"));
  const toggle = (name: string) => {
    const names = shown.map((kind) => kind.name);
    const next = names.includes(name) ? names.filter((other) => other !== name) : [...names, name];
    change({ metric: next.length === available.length ? [] : next });
  };
  const { attempts, errors, earlyStopping } = view;
  const marks = useMemo(
    () => runMarks({ attempts, rounds, errors, earlyStopping }),
    [attempts, rounds, errors, earlyStopping],
  );
  return (
    <section aria-label="Curves" className="space-y-3">
      {available.length > 1 && (
        <fieldset className="flex flex-wrap items-center gap-1.5">
          <legend className="sr-only">Metrics shown</legend>
          {available.map(({ name, title }) => (
            <button
              key={name}
              type="button"
              aria-pressed={shown.some((kind) => kind.name === name)}
              onClick={() => toggle(name)}
              className="rounded-full border border-line px-2.5 py-0.5 text-muted text-sm hover:text-ink aria-pressed:border-strong aria-pressed:bg-surface aria-pressed:font-medium aria-pressed:text-ink"
            >
              {title}
            </button>
          ))}
        </fieldset>
      )}
      <div
        className={`grid gap-4 ${shown.length > 1 ? "lg:grid-cols-2" : ""} ${shown.length > 4 ? "xl:grid-cols-3" : ""}`}
      >
        {shown.map((kind) => (
          <Curve
            key={kind.name}
            {...{ runId, view, kind, marks, tested, onChooseRound }}
            lastX={view.totalRounds ?? numSteps}
          />
        ))}
      </div>
    </section>
  );
}

interface CurveProps extends Pick<CurvesProps, "runId" | "view" | "tested" | "onChooseRound"> {
  kind: MetricKind;
  marks: ReturnType<typeof runMarks>;
  lastX: number | undefined;
}

function Curve({
  runId,
  view,
  kind: { name, title, isShare },
  marks,
  lastX,
  tested,
  onChooseRound,
}: CurveProps) {
  const { rounds, unit } = view;
  const lines = useMemo(() => metricLines(rounds, name, tested), [rounds, name, tested]);
  const spread = useSpread(runId, view, `train_${name}`);
  const bands = useMemo(() => spreadBands(spread), [spread]);
  return (
    <LineChart
      title={title}
      x={unit}
      yLabel={isShare ? "" : title.toLowerCase()}
      format={formatMetric}
      lines={lines}
      bands={bands}
      marks={marks}
      lastX={lastX}
      isShare={isShare}
      empty={`Drawn when the first ${unit} is over`}
      onChoose={onChooseRound}
    />
  );
}
