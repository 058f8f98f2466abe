import type { RunPredictions } from "@fedloom/protocol";
import { useEffect, useRef } from "react";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { formatCount, formatMetric, formatPercent } from "../../ui/format.js";
import { Loading } from "../../ui/loading.js";
import { ClassName, classNameOf } from "../evaluation/class-name.js";
import { mostLikely } from "./most-likely.js";
import { cardId } from "./sample-gallery.js";
import { SamplePicture } from "./sample-picture.js";
import { ShareBar } from "./share-bar.js";
import { Verdict } from "./verdict.js";

const MOST_CLASSES = 12;

export interface SampleDialogProps {
  answer: RunPredictions;
  /** Of the answer's first sample, among all that were chosen. */
  offset: number;
  /** Which of them is shown; undefined for none. */
  at: number | undefined;
  heat: number;
  onLookAt: (at: number | undefined) => void;
}

/** One sample, large: the image, what speaks for a class in it, and the probabilities of all classes. */
export function SampleDialog({ answer, offset, at, heat, onLookAt }: SampleDialogProps) {
  const place = at ?? 0;
  const isOpen = at !== undefined && at < answer.total;
  const before = place > 0 ? () => onLookAt(place - 1) : undefined;
  const after = place + 1 < answer.total ? () => onLookAt(place + 1) : undefined;
  useArrowKeys(isOpen, before, after);
  useFocusAfter(at);
  return (
    <Dialog
      title={`Sample ${formatCount(place + 1)} of ${formatCount(answer.total)}`}
      isOpen={isOpen}
      onClose={() => onLookAt(undefined)}
      isWide
      actions={
        <>
          <Button onClick={() => onLookAt(undefined)} className="mr-auto">
            Close
          </Button>
          <Button onClick={before} aria-disabled={!before}>
            ← Previous
          </Button>
          <Button onClick={after} aria-disabled={!after}>
            Next →
          </Button>
        </>
      }
    >
      <SampleDetails answer={answer} place={place - offset} heat={heat} />
    </Dialog>
  );
}

/** Closed, the dialog leaves the focus with the sample that was looked at last. */
function useFocusAfter(at: number | undefined) {
  const last = useRef(at);
  useEffect(() => {
    if (at === undefined && last.current !== undefined) {
      document.getElementById(cardId(last.current))?.focus();
    }
    last.current = at;
  }, [at]);
}

/** The arrow keys, wherever in the dialog the focus is. */
function useArrowKeys(isOn: boolean, left: (() => void) | undefined, right: (() => void) | undefined) {
  useEffect(() => {
    if (!isOn) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.key === "ArrowLeft") left?.();
      if (event.key === "ArrowRight") right?.();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [isOn, left, right]);
}

function SampleDetails({ answer, place, heat }: { answer: RunPredictions; place: number; heat: number }) {
  const { classNames, imageShape, samples } = answer;
  const sample = samples[place];
  if (!sample) return <Loading what="the sample" />;
  const { activation, pixels, probabilities, index, label, loss } = sample;
  const name = classNameOf(classNames, label);
  return (
    <div className="grid gap-4">
      {imageShape && pixels !== undefined && (
        <div className="grid grid-cols-2 gap-3">
          <figure>
            <SamplePicture label={`Sample ${index}, ${name}`} shape={imageShape} pixels={pixels} heat={0} />
            <figcaption className="mt-1 text-muted text-sm">The image</figcaption>
          </figure>
          {activation && (
            <figure>
              <SamplePicture
                label={`The same with what speaks for ${classNameOf(classNames, activation.label)}`}
                shape={imageShape}
                pixels={pixels}
                activation={activation.pixels}
                heat={heat === 0 ? 100 : heat}
              />
              <figcaption className="mt-1 text-muted text-sm">
                What speaks for <ClassName names={classNames} label={activation.label} />
              </figcaption>
            </figure>
          )}
        </div>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <div>
          <Verdict sample={sample} names={classNames} />
          <p className="mt-1 text-muted text-sm">
            Number {formatCount(index)} of the data, loss {formatMetric(loss ?? Number.NaN)}
          </p>
        </div>
        <ul className="grid content-start gap-2 text-sm" aria-label="Probabilities">
          {mostLikely(probabilities, MOST_CLASSES).map((each) => (
            <li key={each.label}>
              <span className="mb-1 flex justify-between gap-2">
                <ClassName names={classNames} label={each.label} />
                <span>{formatPercent(each.probability ?? Number.NaN)}</span>
              </span>
              <ShareBar share={each.probability} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
