import { useMemo } from "react";
import type { ChartLine } from "../../charts/chart-props.js";
import { LineChart } from "../../charts/line-chart.js";
import type { RoundView } from "../../live/run-view.js";
import { formatCount } from "../../ui/format.js";
import { formatExact } from "../../ui/format-exact.js";
import { Stat } from "../../ui/stat.js";
import { privacyOutlook } from "./privacy-outlook.js";

export interface PrivacyPanelProps {
  rounds: readonly RoundView[];
  lastRound: number | undefined;
  isOver: boolean;
  config: Readonly<Record<string, unknown>>;
}

/** The privacy budget: spent so far, and what it comes to if rounds go on costing the same. */
export function PrivacyPanel({ rounds, lastRound, isOver, config }: PrivacyPanelProps) {
  const outlook = useMemo(
    () => privacyOutlook(rounds, isOver ? undefined : lastRound),
    [rounds, lastRound, isOver],
  );
  const lines = useMemo((): ChartLine[] => {
    if (!outlook) return [];
    const { x, spent, expected } = outlook;
    const spentLine: ChartLine = { key: "spent", label: "Epsilon spent", colour: "series-4", x, y: spent };
    const [lastX, lastY] = [x.at(-1), spent.at(-1)];
    if (!expected || lastX === undefined || lastY === undefined) return [spentLine];
    const ahead: ChartLine = {
      key: "expected",
      label: "If it goes on like that",
      colour: "muted",
      dashed: true,
      x: [lastX, expected.round],
      y: [lastY, expected.epsilon],
    };
    return [spentLine, ahead];
  }, [outlook]);
  if (!outlook) return null;
  const { spent, delta, expected, noiseSigma, clipNorm } = outlook;
  const noise = noiseMultiplierOf(config);
  return (
    <section aria-label="Privacy" className="grid gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <LineChart
        title="Privacy budget"
        x="round"
        yLabel="epsilon"
        format={formatExact}
        lines={lines}
        lastX={lastRound}
        empty="Drawn when the first round is over"
      />
      <dl className="grid grid-cols-2 content-start gap-3 lg:grid-cols-1">
        <Stat title="Epsilon spent" note={delta === undefined ? undefined : `at delta ${formatExact(delta)}`}>
          {Number.isNaN(spent.at(-1)) ? "unknown" : formatExact(spent.at(-1))}
        </Stat>
        {expected && (
          <Stat
            title={`Expected after round ${formatCount(expected.round)}`}
            note="a straight line through the newest rounds; what is spent usually rises a little less"
          >
            {formatExact(expected.epsilon)}
          </Stat>
        )}
        <Stat
          title="Noise"
          note={
            noise === undefined
              ? "deviation on the mean"
              : `times the clip norm; deviation ${formatExact(noiseSigma)} on the mean`
          }
        >
          {formatExact(noise ?? noiseSigma)}
        </Stat>
        <Stat title="Clip norm" note="longest update that counts in full">
          {formatExact(clipNorm)}
        </Stat>
      </dl>
    </section>
  );
}

/** As the run's config sets it. */
function noiseMultiplierOf({ hooks }: Readonly<Record<string, unknown>>): number | undefined {
  if (!Array.isArray(hooks)) return undefined;
  const hook = hooks.find((entry) => entry?.name === "central-privacy");
  const value: unknown = hook?.options?.noiseMultiplier ?? hook?.options?.noise_multiplier;
  return typeof value === "number" ? value : undefined;
}
