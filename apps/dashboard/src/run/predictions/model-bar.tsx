import type { RunPredictions } from "@fedloom/protocol";
import type { SearchChanges } from "../../router.js";
import { Button } from "../../ui/button.js";
import { Choice } from "../../ui/choice.js";
import { formatCount } from "../../ui/format.js";
import { SyntheticTag } from "../../ui/synthetic-tag.js";
import { choosing, type PredictionChoice } from "./prediction-choice.js";

export interface ModelBarProps {
  choice: PredictionChoice;
  answer: RunPredictions | undefined;
  /** Step of a model that came after the one that is shown. */
  newerStep: number | undefined;
  isAsking: boolean;
  onChange: (changes: SearchChanges) => void;
  onNewer: () => void;
}

/** Which model is asked about which samples, and of which round it is. */
export function ModelBar({ choice, answer, newerStep, isAsking, onChange, onNewer }: ModelBarProps) {
  const step = answer?.mode === "centralized" ? "epoch" : "round";
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Choice
        label="Which model"
        options={[
          { value: "best", label: "Best model" },
          { value: "last", label: "Last model" },
        ]}
        value={choice.kind}
        onChange={(kind) => onChange(choosing({ kind }))}
      />
      <Choice
        label="Which part of the data"
        options={[
          { value: "test", label: "Test" },
          { value: "val", label: "Validation" },
        ]}
        value={choice.part}
        onChange={(part) => onChange(choosing({ part }))}
      />
      <p role="status" className="text-muted text-sm">
        {answer && (
          <>
            Model of {step} {formatCount(answer.step)} {answer.isSynthetic && <SyntheticTag />}
          </>
        )}
        {answer && isAsking && " · asking the model…"}
      </p>
      {newerStep !== undefined && (
        <Button kind="primary" onClick={onNewer} className="sm:ml-auto">
          Newer model: {step} {formatCount(newerStep)}
        </Button>
      )}
    </div>
  );
}
