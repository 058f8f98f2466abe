import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { onThemeChange } from "../ui/theme.js";
import type { ChartSeries } from "./chart-series.js";
import { plotOptions } from "./plot-options.js";

export interface PlotProps {
  rounds: readonly number[];
  series: readonly ChartSeries[];
  lastRound: number;
  unit: "round" | "epoch";
  yLabel: string;
  isShare: boolean;
  onHover: (index: number | null) => void;
}

/** The canvas of a chart. It is made anew only when its lines are others; new values are set. */
export function Plot({ rounds, series, lastRound, unit, yLabel, isShare, onHover }: PlotProps) {
  const container = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const room = useRef(lastRound);
  const lines = JSON.stringify(series.map(({ label, colour, dashed }) => ({ label, colour, dashed })));

  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const options = plotOptions({
      series: JSON.parse(lines),
      unit,
      yLabel,
      isShare,
      lastRound: () => room.current,
      onHover,
    });
    const created = new uPlot(options, [[]], element);
    plot.current = created;
    const resize = new ResizeObserver(() =>
      created.setSize({ width: Math.max(200, element.clientWidth), height: options.height }),
    );
    resize.observe(element);
    const forgetTheme = onThemeChange(() => created.redraw(false, true));
    return () => {
      forgetTheme();
      resize.disconnect();
      created.destroy();
      plot.current = undefined;
    };
  }, [lines, unit, yLabel, isShare, onHover]);

  // After the effect above, so that a chart made anew gets its values in the same frame.
  useEffect(() => {
    room.current = lastRound;
    plot.current?.setData([[...rounds], ...series.map(({ values }) => [...values])] as uPlot.AlignedData);
  });

  return <div ref={container} className="min-h-60 min-w-0" />;
}
