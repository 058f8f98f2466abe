import type { Prediction, RunPredictions } from "@fedloom/protocol";
import { formatMetric, formatPercent } from "../../ui/format.js";
import { classNameOf } from "../evaluation/class-name.js";
import { SamplePicture } from "./sample-picture.js";
import { ShareBar } from "./share-bar.js";
import { Verdict } from "./verdict.js";

export interface SampleCardProps {
  id: string;
  sample: Prediction;
  answer: RunPredictions;
  heat: number;
  onOpen: () => void;
}

/** One image with what the model says of it; opens the larger view. */
export function SampleCard({ id, sample, answer, heat, onOpen }: SampleCardProps) {
  const { classNames, imageShape } = answer;
  const isRight = sample.label === sample.predicted;
  return (
    <button
      type="button"
      id={id}
      onClick={onOpen}
      className={`flex w-full flex-col gap-2 rounded-lg border bg-surface p-1.5 text-left hover:bg-raised ${isRight ? "border-line" : "border-bad/60"}`}
    >
      <SamplePicture
        label={`Sample ${sample.index}, ${classNameOf(classNames, sample.label)}`}
        shape={imageShape ?? []}
        pixels={sample.pixels ?? ""}
        activation={sample.activation?.pixels}
        heat={heat}
      />
      <Verdict sample={sample} names={classNames} />
      <span className="mt-auto block w-full">
        <span className="mb-1 flex justify-between gap-2 text-muted text-xs">
          <span>
            <span className="sr-only">Confidence </span>
            {formatPercent(sample.confidence ?? Number.NaN)}
          </span>
          <span>loss {formatMetric(sample.loss ?? Number.NaN)}</span>
        </span>
        <ShareBar share={sample.confidence} className={isRight ? "bg-good" : "bg-bad"} />
      </span>
    </button>
  );
}
