import type { RunRecord } from "@fedloom/protocol";
import { formatCount, formatCountOf, formatDateTime, formatDuration, formatMetric } from "../ui/format.js";
import { formatAgo } from "../ui/format-ago.js";
import { SyntheticTag } from "../ui/synthetic-tag.js";
import type { ColumnKey } from "./columns.js";
import { ProgressCell } from "./progress-cell.js";
import { type RunFacts, stepNoun } from "./run-facts.js";
import { Sparkline } from "./sparkline.js";
import type { Trend } from "./trend.js";

const NONE = <span className="text-muted">–</span>;
const MODES = { federated: "Federated", centralized: "Centralized" };

export interface RunCellProps {
  column: ColumnKey;
  run: RunRecord;
  facts: RunFacts;
  trend: Trend | undefined;
  now: number;
}

/** What one column says of a run. */
export function RunCell({ column, run, facts, trend, now }: RunCellProps) {
  switch (column) {
    case "state":
      return <ProgressCell run={run} now={now} />;
    case "trend":
      return <Sparkline trend={trend} />;
    case "best":
      return facts.best ? (
        <Value {...facts.best} note={`${stepNoun(run)} ${formatCount(facts.best.step)}`} />
      ) : (
        NONE
      );
    case "final":
      return facts.final ? <Value {...facts.final} note={facts.final.label} /> : NONE;
    case "mode":
      return MODES[run.mode];
    case "strategy":
      if (run.mode === "centralized") return <span className="text-muted">Centralized</span>;
      return (
        <>
          <Text text={facts.strategy} />
          {facts.numClients !== undefined && (
            <span className="block text-muted text-xs whitespace-nowrap">
              {formatCountOf(facts.numClients, "client")}
            </span>
          )}
        </>
      );
    case "model":
      return <Text text={facts.model ?? (run.isManaged ? "recommended" : undefined)} />;
    case "data":
      return (
        <span className="flex max-w-44 flex-col items-start gap-0.5">
          <Text text={facts.data} />
          {facts.isSynthetic && <SyntheticTag />}
        </span>
      );
    case "clients":
      return formatCount(facts.numClients);
    case "project":
      return <Text text={run.project} />;
    case "created":
      return <Time timestamp={run.createdAt} now={now} />;
    case "started":
      return <Time timestamp={run.startedAt} now={now} />;
    case "ended":
      return <Time timestamp={run.endedAt} now={now} />;
    case "duration":
      return <span className="text-muted whitespace-nowrap">{formatDuration(facts.durationSeconds)}</span>;
  }
}

function Value({ label, value, note }: { label: string; value: number; note: string }) {
  return (
    <span title={label}>
      <span className="block font-medium leading-tight">{formatMetric(value)}</span>
      <span className="block text-muted text-xs leading-tight whitespace-nowrap">{note}</span>
    </span>
  );
}

function Text({ text }: { text: string | undefined }) {
  if (!text) return NONE;
  return (
    <bdi title={text} className="block max-w-44 truncate">
      {text}
    </bdi>
  );
}

function Time({ timestamp, now }: { timestamp: string | undefined; now: number }) {
  return (
    <time dateTime={timestamp} title={formatDateTime(timestamp)} className="text-muted whitespace-nowrap">
      {formatAgo(timestamp, now)}
    </time>
  );
}
