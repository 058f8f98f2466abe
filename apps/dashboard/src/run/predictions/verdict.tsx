import type { Prediction } from "@fedloom/protocol";
import { ClassName } from "../evaluation/class-name.js";

/** The true class of a sample and the one that the model takes it for, with a sign beside the colour. */
export function Verdict({ sample, names }: { sample: Prediction; names: readonly string[] }) {
  const { label, predicted } = sample;
  const isRight = label === predicted;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-1.5 text-[0.8125rem] leading-snug sm:text-sm">
      <dt className="text-muted">True</dt>
      <dd>
        <ClassName names={names} label={label} />
      </dd>
      <dt className="text-muted">Said</dt>
      <dd className={`flex gap-1 font-medium ${isRight ? "text-good" : "text-bad"}`}>
        <ClassName names={names} label={predicted} />
        <span aria-hidden="true">{isRight ? "✓" : "✗"}</span>
        <span className="sr-only">{isRight ? ", which is right" : ", which is wrong"}</span>
      </dd>
    </dl>
  );
}
