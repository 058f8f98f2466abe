import { useMemo, useState } from "react";
import { useSearch } from "../router.js";
import { LiveNote } from "../runs/live-note.js";
import { isGoingOn } from "../runs/run-facts.js";
import { Button } from "../ui/button.js";
import { CopyButton } from "../ui/copy-button.js";
import { Dialog } from "../ui/dialog.js";
import { Loading } from "../ui/loading.js";
import { PageTitle } from "../ui/page-title.js";
import { CompareCharts } from "./compare-charts.js";
import { CompareControls } from "./compare-controls.js";
import { MAX_COMPARED } from "./compare-path.js";
import { choiceOf } from "./compare-query.js";
import { ComparedList } from "./compared-list.js";
import { ConfigSection } from "./config-section.js";
import { ResultsSection } from "./results-section.js";
import { RunPicker } from "./run-picker.js";
import { useComparedRuns } from "./use-compared-runs.js";
import { useStyles } from "./use-styles.js";

/** Runs beside each other: curves, results and settings. */
export function ComparePage() {
  const [search, change] = useSearch();
  // Equal choices are the same one, so that nothing is drawn anew for a change elsewhere in the address.
  const query = search.toString();
  const choice = useMemo(() => choiceOf(new URLSearchParams(query)), [query]);
  const { runIds, phase } = choice;
  const { runs, isReading, following, periodMs } = useComparedRuns(runIds, phase);
  const styles = useStyles(runIds);
  const [isPicking, setIsPicking] = useState(false);
  const toggle = (runId: string) =>
    change({
      run: runIds.includes(runId) ? runIds.filter((other) => other !== runId) : [...runIds, runId],
    });
  const picker = <RunPicker chosen={runIds} onToggle={toggle} isFull={runIds.length >= MAX_COMPARED} />;
  const known = useMemo(() => runs.filter(({ record }) => record !== undefined), [runs]);
  const isAnyGoingOn = known.some(({ record }) => record && isGoingOn(record.state));
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <PageTitle>Compare runs</PageTitle>
        {runIds.length > 0 && (
          <span className="ml-auto flex flex-wrap items-center gap-3">
            {isAnyGoingOn && <LiveNote following={following} periodMs={periodMs} />}
            <CopyButton text={location.href} label="Copy address" />
            <Button onClick={() => setIsPicking(true)}>Choose runs</Button>
          </span>
        )}
      </div>
      {runIds.length === 0 ? (
        <section className="mx-auto max-w-2xl rounded-lg border border-line bg-surface p-5">
          <h2 className="font-semibold text-lg">Which runs?</h2>
          <p className="mt-1 mb-4 text-muted text-sm">
            Choose up to {MAX_COMPARED}: their curves, results and settings are shown beside each other.
          </p>
          {picker}
        </section>
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          <ComparedList
            runs={runs}
            styles={styles}
            baseline={choice.baseline}
            onBaseline={(baseline) => change({ baseline })}
            onRemove={toggle}
          />
          {isReading && <Loading what="the runs" />}
          {known.length > 0 && (
            <>
              <CompareControls choice={choice} change={change} />
              <div>
                <CompareCharts runs={known} styles={styles} choice={choice} />
              </div>
              <ResultsSection runs={known} styles={styles} choice={choice} change={change} />
              <ConfigSection
                runs={known}
                styles={styles}
                areAllFields={choice.areAllFields}
                change={change}
              />
            </>
          )}
        </div>
      )}
      <Dialog
        title="Choose runs"
        isWide
        isOpen={isPicking}
        onClose={() => setIsPicking(false)}
        actions={
          <Button kind="primary" onClick={() => setIsPicking(false)}>
            Close
          </Button>
        }
      >
        {picker}
      </Dialog>
    </>
  );
}
