import { Link, runPath } from "../router.js";
import { Notice } from "../ui/notice.js";
import { StateBadge } from "../ui/state-badge.js";
import type { ComparedRun } from "./compared-run.js";
import type { LineStyle } from "./line-style.js";
import { RunSwatch } from "./run-swatch.js";

interface ComparedListProps {
  runs: readonly ComparedRun[];
  styles: ReadonlyMap<string, LineStyle>;
  baseline: string | undefined;
  onBaseline: (runId: string | undefined) => void;
  onRemove: (runId: string) => void;
}

/** The runs that are compared: what each looks like, where it is, and the way out. */
export function ComparedList({ runs, styles, baseline, onBaseline, onRemove }: ComparedListProps) {
  return (
    <ul aria-label="Compared runs" className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
      {runs.map(({ runId, record, error }) => {
        const style = styles.get(runId);
        const name = record?.experimentName ?? runId;
        return (
          <li key={runId} className="min-w-0 rounded-lg border border-line bg-surface px-3 py-2">
            <div className="flex items-center gap-2">
              {style && <RunSwatch style={style} />}
              <Link
                href={runPath(runId)}
                title={name}
                className="min-w-0 truncate font-medium text-accent hover:underline"
              >
                <bdi>{name}</bdi>
              </Link>
              <button
                type="button"
                aria-label={`Compare without ${name}`}
                title="Compare without it"
                onClick={() => onRemove(runId)}
                className="ml-auto rounded-md px-2 text-lg text-muted leading-6 hover:bg-raised hover:text-ink"
              >
                ×
              </button>
            </div>
            {record && (
              <div className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted text-xs">
                <StateBadge state={record.state} />
                <bdi>
                  {record.mode === "federated"
                    ? String(record.config.strategy ?? "federated")
                    : "centralized"}
                </bdi>
                <button
                  type="button"
                  aria-pressed={baseline === runId}
                  onClick={() => onBaseline(baseline === runId ? undefined : runId)}
                  className="ml-auto rounded-full border border-line px-2 leading-5 hover:text-ink aria-pressed:border-accent aria-pressed:text-accent"
                >
                  Baseline<span className="sr-only">: {name}</span>
                </button>
              </div>
            )}
            {error && (
              <div className="mt-2">
                <Notice tone="warn" title={record ? "Not up to date" : "Not there"}>
                  {error.message}
                </Notice>
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
