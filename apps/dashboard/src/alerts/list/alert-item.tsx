import type { AlertRecord, AlertSilence } from "@fedloom/protocol";
import type { ReactNode } from "react";
import { Link, runPath } from "../../router.js";
import { formatDateTime, formatEstimate } from "../../ui/format.js";
import { SeverityBadge } from "../severity-badge.js";

const EDGE: Record<AlertRecord["severity"], string> = {
  critical: "border-l-bad",
  warning: "border-l-warn",
  info: "border-l-strong",
};

export interface AlertItemProps {
  alert: AlertRecord;
  /** In ms. */
  now: number;
  /** By which nobody hears of it from now on. */
  silence?: AlertSilence | undefined;
  /** What may be done about it. */
  actions?: ReactNode;
}

/** One alert: what is wrong, where, and since when. */
export function AlertItem({ alert, now, silence, actions }: AlertItemProps) {
  const { severity, title, message, source, host, runId, labels, state } = alert;
  return (
    <li
      className={`rounded-lg border border-line border-l-4 bg-surface px-4 py-3 ${state === "firing" ? EDGE[severity] : "border-l-line"}`}
    >
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <SeverityBadge severity={severity} />
            <bdi className="min-w-0 font-semibold [overflow-wrap:anywhere]">{title}</bdi>
            {state === "resolved" && <span className="font-medium text-good text-xs">Resolved</span>}
          </p>
          {message && (
            <p className="mt-1 text-sm [overflow-wrap:anywhere]">
              <bdi>{message}</bdi>
            </p>
          )}
          <p className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-muted text-sm">
            <span>{timesOf(alert, now)}</span>
            {host !== undefined && (
              <Link
                href={`/system?${new URLSearchParams({ host })}`}
                className="text-accent underline [overflow-wrap:anywhere]"
              >
                machine <bdi>{host}</bdi>
              </Link>
            )}
            {runId !== undefined && (
              <Link href={runPath(runId)} className="text-accent underline [overflow-wrap:anywhere]">
                run {runId}
              </Link>
            )}
            {source !== "fedloom" && (
              <span className="[overflow-wrap:anywhere]">
                announced by <bdi>{source}</bdi>
              </span>
            )}
          </p>
          <Labels labels={labels} />
          {silencedWords(alert, silence) && (
            <p className="mt-1.5 text-odd text-sm">{silencedWords(alert, silence)}</p>
          )}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
    </li>
  );
}

function Labels({ labels }: { labels: AlertRecord["labels"] }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <ul aria-label="Labels" className="mt-2 flex flex-wrap gap-1.5">
      {entries.map(([name, value]) => (
        <li key={name} className="rounded bg-raised px-1.5 py-px text-xs [overflow-wrap:anywhere]">
          <bdi>{name}</bdi>: <bdi>{value}</bdi>
        </li>
      ))}
    </ul>
  );
}

function timesOf({ startedAt, resolvedAt, state }: AlertRecord, now: number): string {
  const end = resolvedAt === undefined ? now : Date.parse(resolvedAt);
  const lasted = formatEstimate(Math.max(0, end - Date.parse(startedAt)) / 1_000);
  return state === "firing"
    ? `since ${formatDateTime(startedAt)}, for ${lasted}`
    : `${formatDateTime(startedAt)}, lasted ${lasted}`;
}

function silencedWords(
  { isSilenced, state }: AlertRecord,
  silence: AlertSilence | undefined,
): string | undefined {
  const until = silence && `until ${formatDateTime(silence.endsAt)}`;
  if (isSilenced) return until ? `Silenced ${until}: nobody was told` : "Silenced: nobody was told";
  return until && state === "firing" ? `Silenced ${until}` : undefined;
}
