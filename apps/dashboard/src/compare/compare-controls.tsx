import type { SearchChanges } from "../router.js";
import { Choice } from "../ui/choice.js";
import type { CompareAxis, CompareChoice, Phase } from "./compare-query.js";

const PHASES: readonly { value: Phase; label: string }[] = [
  { value: "train", label: "Training" },
  { value: "val", label: "Validation" },
  { value: "test", label: "Test" },
];
const AXES: readonly { value: CompareAxis; label: string }[] = [
  { value: "step", label: "Round or epoch" },
  { value: "seconds", label: "Time" },
  { value: "bytes", label: "Bytes sent" },
  { value: "samples", label: "Samples seen" },
];
const SMOOTHINGS: readonly { value: CompareChoice["smoothing"]; label: string }[] = [
  { value: "0", label: "As measured" },
  { value: "0.6", label: "Smoothed" },
  { value: "0.9", label: "Smoother" },
];

/** On which data, over what, and how the curves are drawn. */
export function CompareControls(props: { choice: CompareChoice; change: (changes: SearchChanges) => void }) {
  const { choice, change } = props;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Choice
        label="Data"
        options={PHASES}
        value={choice.phase}
        onChange={(phase) => change({ phase: phase === "val" ? "" : phase })}
      />
      <Choice
        label="Over"
        options={AXES}
        value={choice.axis}
        onChange={(axis) => change({ x: axis === "step" ? "" : axis })}
      />
      <Choice
        label="Smoothing"
        options={SMOOTHINGS}
        value={choice.smoothing}
        onChange={(smoothing) => change({ smooth: smoothing === "0" ? "" : smoothing })}
      />
    </div>
  );
}
