import type { ReactNode } from "react";
import { Link, runPath } from "../router.js";
import { ScrollBox } from "../ui/scroll-box.js";
import type { ComparedRun } from "./compared-run.js";
import type { LineStyle } from "./line-style.js";
import { RunSwatch } from "./run-swatch.js";

interface CompareTableProps {
  caption: string;
  runs: readonly ComparedRun[];
  styles: ReadonlyMap<string, LineStyle>;
  /** What the first column holds. */
  head: string;
  children: ReactNode;
}

/** A table with a column for each run; the first column stays while the others are scrolled. */
export function CompareTable({ caption, runs, styles, head, children }: CompareTableProps) {
  return (
    <ScrollBox label={caption} className="relative overflow-x-auto rounded-lg border border-line bg-surface">
      <table className="w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="align-bottom text-left text-xs">
            <th scope="col" className={`${FIRST} py-2 font-medium text-muted`}>
              {head}
            </th>
            {runs.map(({ runId, record }) => {
              const style = styles.get(runId);
              return (
                <th key={runId} scope="col" className="min-w-28 max-w-48 px-3 py-2 text-right font-medium">
                  <span className="inline-flex max-w-full flex-col items-end gap-1">
                    {style && <RunSwatch style={style} />}
                    <Link
                      href={runPath(runId)}
                      className="line-clamp-2 text-accent [overflow-wrap:anywhere] hover:underline"
                    >
                      <bdi>{record?.experimentName ?? runId}</bdi>
                    </Link>
                  </span>
                </th>
              );
            })}
          </tr>
        </thead>
        {children}
      </table>
    </ScrollBox>
  );
}

/** Classes of cells in the first column. */
export const FIRST = "sticky left-0 z-1 min-w-32 max-w-40 bg-surface px-3 sm:max-w-64 sm:px-4";
