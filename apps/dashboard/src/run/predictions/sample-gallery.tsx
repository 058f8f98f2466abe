import type { RunPredictions } from "@fedloom/protocol";
import { SampleCard } from "./sample-card.js";

export interface SamplesProps {
  answer: RunPredictions;
  /** Of the first sample, among all that were chosen. */
  offset: number;
  heat: number;
  onOpen: (at: number) => void;
}

/** Where in the page a sample is, by its place among all that were chosen. */
export function cardId(at: number): string {
  return `sample-${at}`;
}

/** The images of a page. */
export function SampleGallery({ answer, offset, heat, onOpen }: SamplesProps) {
  return (
    <ul className="grid grid-cols-2 gap-3 md:grid-cols-4 xl:grid-cols-5">
      {answer.samples.map((sample, i) => (
        <li key={sample.index} className="flex min-w-0">
          <SampleCard
            id={cardId(offset + i)}
            sample={sample}
            answer={answer}
            heat={heat}
            onOpen={() => onOpen(offset + i)}
          />
        </li>
      ))}
    </ul>
  );
}
