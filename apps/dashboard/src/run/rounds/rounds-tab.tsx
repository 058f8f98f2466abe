import { useMemo } from "react";
import type { ChartLine } from "../../charts/chart-props.js";
import { LineChart } from "../../charts/line-chart.js";
import { isOver } from "../../live/run-session.js";
import type { RoundView } from "../../live/run-view.js";
import { formatBytes, formatCount, formatMilliseconds } from "../../ui/format.js";
import { formatExact } from "../../ui/format-exact.js";
import { Notice } from "../../ui/notice.js";
import { Stat } from "../../ui/stat.js";
import { lineOf } from "../overview/round-lines.js";
import type { RunTabProps } from "../run-tab.js";
import { HooksPanel } from "./hooks-panel.js";
import { PrivacyPanel } from "./privacy-panel.js";
import { RejectedPanel } from "./rejected-panel.js";
import { firstTold, MAX_ASKED } from "./round-facts.js";
import { durationOf, totalOf } from "./round-rows.js";
import { RoundsTable } from "./rounds-table.js";
import { TimePanel } from "./time-panel.js";
import { useRoundFacts } from "./use-round-facts.js";

/** What each round took and what acted on it. */
export function RoundsTab({ snapshot, state }: RunTabProps) {
  const { view, record } = snapshot;
  const { unit } = view;
  const isFederated = record.mode === "federated";
  const { rounds, isAsking, error } = useRoundFacts(record.runId, view.rounds);
  const { bytes, mostBytes } = useMemo(() => {
    const lines = byteLines(rounds);
    const most = Math.max(
      0,
      ...lines.map(({ y }) => y.reduce<number>((max, value) => Math.max(max, value ?? 0), 0)),
    );
    return { bytes: lines, mostBytes: most > 0 ? ([0, most * 1.1] as const) : undefined };
  }, [rounds]);
  const rate = useMemo((): ChartLine[] => {
    const line = lineOf(
      rounds,
      { key: "rate", label: "Learning rate", colour: "series-3" },
      ({ about, fit }) => {
        return about.learning_rate ?? fit.learning_rate;
      },
    );
    return line.x.length > 0 ? [line] : [];
  }, [rounds]);
  const toldSince = useMemo(() => (rounds.length > MAX_ASKED ? firstTold(rounds) : undefined), [rounds]);
  const lastX = view.totalRounds ?? record.totalSteps;
  const shared = { x: unit, lastX, empty: `Drawn when the first ${unit} is over` };
  const totalMs = totalOf(rounds, durationOf);
  const numTimed = rounds.filter((round) => durationOf(round) !== undefined).length;
  const [sent, received] = [
    totalOf(rounds, ({ bytesDown }) => bytesDown),
    totalOf(rounds, ({ bytesUp }) => bytesUp),
  ];
  return (
    <div className="space-y-5">
      {error && (
        <Notice tone="warn" title="What acted on earlier rounds could not be read">
          {error.message}
        </Notice>
      )}
      <p role="status" className="sr-only">
        {isAsking ? "Loading what acted on earlier rounds" : ""}
      </p>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Stat
          title={`${isFederated ? "Rounds" : "Epochs"} over`}
          note={lastX === undefined ? undefined : `of ${formatCount(lastX)}`}
        >
          {formatCount(rounds.filter(({ endedAt }) => endedAt !== undefined).length)}
        </Stat>
        <Stat title={`Time per ${unit}`} note={`${formatMilliseconds(totalMs)} in all`}>
          {formatMilliseconds(totalMs === undefined ? undefined : totalMs / numTimed)}
        </Stat>
        {isFederated && (
          <>
            <Stat title="Sent to clients" note="in all">
              {formatBytes(sent)}
            </Stat>
            <Stat title="Received from clients" note="in all">
              {formatBytes(received)}
            </Stat>
          </>
        )}
      </dl>
      {!isAsking && toldSince !== undefined && (
        <p className="text-muted text-sm">
          Times, hooks and learning rate are those since round {formatCount(toldSince)}: of a longer run they
          are read for the newest {formatCount(MAX_ASKED)} rounds alone.
        </p>
      )}
      <TimePanel rounds={rounds} unit={unit} />
      {isFederated && (
        <PrivacyPanel rounds={rounds} lastRound={lastX} isOver={isOver(state)} config={record.config} />
      )}
      <div className={`grid gap-4 ${isFederated ? "lg:grid-cols-2" : ""}`}>
        {isFederated && (
          <LineChart
            {...shared}
            title="Bytes per round"
            yLabel=""
            format={formatBytes}
            lines={bytes}
            {...(mostBytes && { yRange: mostBytes })}
          />
        )}
        <LineChart
          {...shared}
          title="Learning rate"
          yLabel=""
          format={formatExact}
          lines={rate}
          height={isFederated ? 240 : 180}
        />
      </div>
      {isFederated && <HooksPanel rounds={rounds} />}
      {isFederated && <RejectedPanel runId={record.runId} clients={view.clients} />}
      <RoundsTable runId={record.runId} rounds={rounds} unit={unit} />
    </div>
  );
}

function byteLines(rounds: readonly RoundView[]): ChartLine[] {
  const lines = [
    lineOf(
      rounds,
      { key: "down", label: "Sent to clients", colour: "series-1" },
      ({ bytesDown }) => bytesDown,
    ),
    lineOf(
      rounds,
      { key: "up", label: "Received", colour: "series-2", dashed: true },
      ({ bytesUp }) => bytesUp,
    ),
  ];
  return lines.filter(({ x }) => x.length > 0);
}
