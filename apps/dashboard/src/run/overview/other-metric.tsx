import { useCallback, useMemo, useState } from "react";
import { getSeries } from "../../api/run-series.js";
import { usePolling } from "../../api/use-polling.js";
import { LineChart } from "../../charts/line-chart.js";
import { formatExact } from "../../ui/format-exact.js";
import { seriesLines } from "./other-metrics.js";

/** Parts that a line is asked for in: more than a chart has px. */
const PARTS = 1_000;

/** One metric of the user's own; what is drawn over is asked for in full. */
export function OtherMetric(props: {
  runId: string;
  name: string;
  unit: "round" | "epoch";
  /** The newest round or epoch. */
  newest: number;
  periodMs: number;
}) {
  const { runId, name, unit, newest, periodMs } = props;
  const [range, setRange] = useState<readonly [number, number]>();
  const ask = useCallback(
    (signal: AbortSignal) => getSeries(runId, { name, thin: PARTS, range }, signal),
    [runId, name, range],
  );
  const { value, error } = usePolling(ask, periodMs);
  const lines = useMemo(() => seriesLines(value ?? []), [value]);
  // The server does not tell a counter of the user's own from rounds, but it counts further.
  const isOwnCounter = lines.some(({ x }) => (x.at(-1) ?? 0) > newest);
  return (
    <LineChart
      title={name}
      x={isOwnCounter ? "step" : unit}
      yLabel=""
      format={formatExact}
      lines={lines}
      empty={error ? `It could not be read: ${error.message}` : value ? "It has no values yet" : "Loading…"}
      onZoom={setRange}
    />
  );
}
