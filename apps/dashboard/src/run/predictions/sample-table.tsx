import type { RunPredictions } from "@fedloom/protocol";
import { formatCount, formatMetric, formatPercent } from "../../ui/format.js";
import { ScrollBox } from "../../ui/scroll-box.js";
import { ClassName } from "../evaluation/class-name.js";
import { mostLikely } from "./most-likely.js";

const MOST_CLASSES = 4;

/** The samples of a page that are no images: what they are, and what the model says of them. */
export function SampleTable({ answer }: { answer: RunPredictions }) {
  const { samples, classNames } = answer;
  return (
    <ScrollBox label="Samples" className="overflow-x-auto rounded-lg border border-line">
      <table className="w-full min-w-[34rem] border-collapse bg-surface text-left text-sm">
        <thead className="text-muted">
          <tr className="border-line border-b">
            {["Sample", "True class", "Predicted", "Probabilities", "Loss"].map((title) => (
              <th key={title} scope="col" className="px-3 py-2 font-medium last:text-right">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {samples.map((sample) => {
            const { index, label, predicted, probabilities, loss } = sample;
            const isRight = label === predicted;
            return (
              <tr key={index} className="border-line border-b last:border-0">
                <th scope="row" className="px-3 py-2 font-normal text-muted">
                  {formatCount(index)}
                </th>
                <td className="px-3 py-2">
                  <ClassName names={classNames} label={label} />
                </td>
                <td className={`px-3 py-2 font-medium ${isRight ? "text-good" : "text-bad"}`}>
                  <span aria-hidden="true">{isRight ? "✓ " : "✗ "}</span>
                  <ClassName names={classNames} label={predicted} />
                  <span className="sr-only">{isRight ? ", which is right" : ", which is wrong"}</span>
                </td>
                <td className="px-3 py-2">
                  <ul className="flex flex-wrap gap-x-4">
                    {mostLikely(probabilities, MOST_CLASSES).map((each) => (
                      <li key={each.label} className="whitespace-nowrap">
                        <span className="text-muted">
                          <ClassName names={classNames} label={each.label} />
                        </span>{" "}
                        {formatPercent(each.probability ?? Number.NaN)}
                      </li>
                    ))}
                  </ul>
                </td>
                <td className="px-3 py-2 text-right">{formatMetric(loss ?? Number.NaN)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}
