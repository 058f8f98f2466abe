import { useCallback, useMemo, useState } from "react";
import { useSearch } from "../router.js";
import { formatCount, formatCountOf } from "../ui/format.js";
import { Panel } from "../ui/panel.js";
import { ChartLegend } from "./chart-legend.js";
import type { ChartBand, ChartMark, ChartProps } from "./chart-props.js";
import { chartSummary, readoutText } from "./chart-summary.js";
import { ChartTable } from "./chart-table.js";
import { xKinds } from "./chart-x.js";
import { inspectLines } from "./inspect-lines.js";
import { Plot } from "./plot.js";
import type { Readout } from "./read-out.js";

const NO_BANDS: readonly ChartBand[] = [];
const NO_MARKS: readonly ChartMark[] = [];

/** Lines over one x, with legend, zoom and, on demand, the same numbers as a table. */
export function LineChart(props: ChartProps) {
  const {
    title,
    x,
    yLabel,
    format,
    lines,
    bands = NO_BANDS,
    marks = NO_MARKS,
    lastX,
    yRange,
    isShare,
  } = props;
  const { empty, height = 240, onZoom, onChoose } = props;
  const [range, setRange] = useState<readonly [number, number]>();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set());
  const [readout, setReadout] = useState<Readout>();
  const [isStepping, setIsStepping] = useState(false);
  const [asTable, setAsTable] = useState(false);
  const [drawn, setDrawn] = useState({ numDrawn: 0, numPoints: 0 });
  const { numNotFinite, isPositive } = inspectLines(lines);
  const log = useLogScale(title, isPositive && x !== "time" && !isShare && !yRange);
  const { isLog } = log;

  const state = useMemo(
    () => ({
      x,
      yLabel,
      format,
      lines,
      bands,
      marks,
      lastX,
      yRange,
      isShare: isShare ?? false,
      isLog,
      hidden,
      range,
      height,
    }),
    [x, yLabel, format, lines, bands, marks, lastX, yRange, isShare, isLog, hidden, range, height],
  );
  const zoom = (next: readonly [number, number] | undefined) => {
    setRange(next);
    onZoom?.(next);
  };
  const toggle = (key: string) =>
    setHidden((before) =>
      before.has(key) ? new Set([...before].filter((other) => other !== key)) : new Set([...before, key]),
    );

  const actions = (
    <div className="flex flex-wrap items-center gap-x-1">
      {range && !asTable && <Action label="Whole range" title={title} onClick={() => zoom(undefined)} />}
      {log.canChange && !asTable && (
        <Action label="Log scale" title={title} isPressed={isLog} onClick={log.toggle} />
      )}
      <Action
        label={asTable ? "Show as chart" : "Show as table"}
        title={title}
        isPressed={asTable}
        onClick={() => setAsTable(!asTable)}
      />
    </div>
  );
  return (
    <Panel title={title} action={actions}>
      {asTable ? (
        <ChartTable title={title} x={x} lines={lines} format={format} />
      ) : (
        <>
          <ChartLegend
            lines={lines}
            bands={bands}
            format={format}
            hidden={hidden}
            readout={readout}
            onToggle={toggle}
          />
          <p className="mb-1 h-5 truncate text-muted text-xs leading-5" aria-live="polite">
            {lines.length > 0 && <At readout={readout} x={x} marks={marks} />}
            {readout && isStepping && (
              <span className="sr-only">{readoutText(readout, { x, format, lines, marks, hidden })}</span>
            )}
          </p>
          <div className="relative">
            <Plot
              state={state}
              summary={chartSummary({ title, x, format, lines, marks, empty })}
              onReadout={(next) => {
                setReadout(next);
                setIsStepping(false);
              }}
              onStep={() => setIsStepping(true)}
              onZoom={zoom}
              onChoose={(chosen) => onChoose?.(chosen)}
              onDrawn={(next) =>
                setDrawn((before) =>
                  before.numDrawn === next.numDrawn && before.numPoints === next.numPoints ? before : next,
                )
              }
            />
            {lines.length === 0 && (
              <p className="absolute inset-0 grid place-items-center p-4 text-center text-muted text-sm">
                {empty}
              </p>
            )}
          </div>
          <Notes {...drawn} numNotFinite={numNotFinite} />
        </>
      )}
    </Panel>
  );
}

/** Whether a chart's y is logarithmic, by the address's query. */
function useLogScale(title: string, canChange: boolean) {
  const [search, change] = useSearch();
  const chosen = search.getAll("log");
  const isLog = canChange && chosen.includes(title);
  const toggle = useCallback(() => {
    const others = new URLSearchParams(location.search).getAll("log").filter((other) => other !== title);
    change({ log: isLog ? others : [...others, title] });
  }, [title, isLog, change]);
  return { isLog, canChange, toggle };
}

function Action(props: { label: string; title: string; isPressed?: boolean; onClick: () => void }) {
  const { label, title, isPressed, onClick } = props;
  return (
    <button
      type="button"
      aria-pressed={isPressed}
      onClick={onClick}
      className="rounded px-1.5 py-0.5 text-accent text-sm hover:underline aria-pressed:bg-raised"
    >
      {label}
      <span className="sr-only">: {title}</span>
    </button>
  );
}

/** Which values the legend has: those where the cursor is, with what happened there, or the latest. */
function At(props: { readout: Readout | undefined; x: ChartProps["x"]; marks: readonly ChartMark[] }) {
  const { readout, x, marks } = props;
  const here = marks.filter((mark) => mark.x === readout?.x);
  return (
    <span aria-hidden="true">
      {readout ? xKinds[x].write(readout.x) : "latest values"}
      {here.length > 0 && <bdi> · {here.map(({ label }) => label).join(", ")}</bdi>}
    </span>
  );
}

/** What the drawing leaves out. */
function Notes(props: { numDrawn: number; numPoints: number; numNotFinite: number }) {
  const { numDrawn, numPoints, numNotFinite } = props;
  const notes = [
    numDrawn < numPoints &&
      `${formatCount(numDrawn)} of ${formatCount(numPoints)} points drawn, the largest and smallest of each place; zoom in for more`,
    numNotFinite > 0 &&
      `${formatCountOf(numNotFinite, "value")} ${numNotFinite === 1 ? "is not a number" : "are not numbers"}`,
  ].filter(Boolean);
  return notes.length === 0 ? null : <p className="mt-1 text-muted text-xs">{notes.join(" · ")}</p>;
}
