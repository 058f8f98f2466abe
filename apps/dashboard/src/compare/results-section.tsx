import { useMemo } from "react";
import type { SearchChanges } from "../router.js";
import { Button } from "../ui/button.js";
import { Panel } from "../ui/panel.js";
import { saveFile } from "../ui/save-file.js";
import type { CompareChoice } from "./compare-query.js";
import { type ResultGroup, resultGroups } from "./compare-results.js";
import { CompareTable } from "./compare-table.js";
import type { ComparedRun } from "./compared-run.js";
import type { LineStyle } from "./line-style.js";
import { ResultLine } from "./result-line.js";
import { resultsCsv } from "./results-csv.js";
import { TargetField } from "./target-field.js";

interface ResultsSectionProps {
  runs: readonly ComparedRun[];
  styles: ReadonlyMap<string, LineStyle>;
  choice: CompareChoice;
  change: (changes: SearchChanges) => void;
}

/** What the runs came to and what it took, as a table and as a file. */
export function ResultsSection({ runs, styles, choice, change }: ResultsSectionProps) {
  const { phase, targetMetric: metric, target: value, baseline } = choice;
  const groups = useMemo(() => resultGroups(runs, phase, { metric, value }), [runs, phase, metric, value]);
  const download = () => {
    const named = runs.map(({ runId, record }) => ({ runId, name: record?.experimentName ?? runId }));
    saveFile(new Blob([resultsCsv(named, groups)], { type: "text/csv" }), "comparison.csv");
  };
  const against = runs.findIndex(({ runId }) => runId === baseline);
  return (
    <Panel title="Results" action={<Button onClick={download}>Download as CSV</Button>}>
      <TargetField choice={choice} change={change} />
      <CompareTable caption="Results of the runs" runs={runs} styles={styles} head="Measure">
        {groups.map((group) => (
          <Group key={group.title} group={group} numRuns={runs.length} against={against} />
        ))}
      </CompareTable>
      <p className="mt-2 text-muted text-xs">
        ★ marks the best of a line.{" "}
        {against === -1
          ? "Choose a baseline above to see how far the others are from it."
          : "Below each value: how far it is from the baseline."}
      </p>
    </Panel>
  );
}

function Group(props: { group: ResultGroup; numRuns: number; against: number }) {
  const { group, numRuns, against } = props;
  return (
    <tbody>
      <tr className="border-line border-t bg-raised/50">
        <th
          scope="rowgroup"
          colSpan={numRuns + 1}
          className="px-3 py-1.5 text-left font-medium text-muted text-xs sm:px-4"
        >
          <span className="sticky left-3 sm:left-4">{group.title}</span>
        </th>
      </tr>
      {group.rows.map((row) => (
        <ResultLine key={row.label} row={row} against={against} />
      ))}
    </tbody>
  );
}
