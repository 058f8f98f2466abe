import type { RunPredictions } from "@fedloom/protocol";
import type { SearchChanges } from "../../router.js";
import { Choice } from "../../ui/choice.js";
import { formatCountOf } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { HeatControl, useHeat } from "./heat-control.js";
import { Pager } from "./pager.js";
import { choosing, lookingAt, type PredictionChoice, turningTo } from "./prediction-choice.js";
import { SampleDialog } from "./sample-dialog.js";
import { SampleFilters } from "./sample-filters.js";
import { SampleGallery } from "./sample-gallery.js";
import { SampleTable } from "./sample-table.js";

export interface SamplesPanelProps {
  answer: RunPredictions;
  /** Of the answer's first sample, among all that were chosen. */
  offset: number;
  choice: PredictionChoice;
  isAsking: boolean;
  onChange: (changes: SearchChanges) => void;
}

/** The samples that the reader chose, with what chooses them. */
export function SamplesPanel({ answer, offset, choice, isAsking, onChange }: SamplesPanelProps) {
  const [heat, setHeat] = useHeat(choice.heat, onChange);
  const { classNames, imageShape, hasActivation, total, samples } = answer;
  const open = (at: number | undefined) => onChange(lookingAt(at));
  return (
    <Panel
      title={formatCountOf(total, "sample")}
      action={
        <Choice
          label="Which samples"
          options={[
            { value: "all", label: "All" },
            { value: "mistakes", label: "Mistakes" },
            { value: "correct", label: "Correct" },
          ]}
          value={choice.filter}
          onChange={(filter) => onChange(choosing({ filter }))}
        />
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <SampleFilters choice={choice} names={classNames} onChange={onChange} />
        {hasActivation && (
          <HeatControl choice={choice} names={classNames} heat={heat} onHeat={setHeat} onChange={onChange} />
        )}
        {imageShape && !hasActivation && (
          <p className="text-muted text-sm">
            This model has no convolutions, so it cannot show where in an image it looks.
          </p>
        )}
        <div aria-busy={isAsking} className={isAsking ? "opacity-60" : ""}>
          {samples.length === 0 ? (
            <p className="py-10 text-center text-muted">No samples are like this.</p>
          ) : imageShape ? (
            <SampleGallery answer={answer} offset={offset} heat={heat} onOpen={open} />
          ) : (
            <SampleTable answer={answer} />
          )}
        </div>
        <Pager page={choice.page} total={total} onTurn={(page) => onChange(turningTo(page))} />
      </div>
      {imageShape && (
        <SampleDialog answer={answer} offset={offset} at={choice.at} heat={heat} onLookAt={open} />
      )}
    </Panel>
  );
}
