import { formatCount, formatMetric } from "../../ui/format.js";
import { ScrollBox } from "../../ui/scroll-box.js";
import { ClassName } from "./class-name.js";
import type { ClassScores } from "./evaluation-details.js";

const SCORES = [
  ["precision", "Precision"],
  ["recall", "Recall"],
  ["f1", "F1"],
] as const;

/** Precision, recall and F1 of each class. */
export function ClassScoresTable({
  scores,
  classNames,
}: {
  scores: readonly ClassScores[];
  classNames: readonly string[] | undefined;
}) {
  return (
    <ScrollBox className="max-h-80 overflow-auto" label="Scores of each class">
      <table className="w-full text-right text-sm">
        <caption className="pb-1.5 text-left text-muted">Each class against all others</caption>
        <thead className="sticky top-0 bg-surface text-muted">
          <tr>
            <th scope="col" className="py-1.5 pr-2 text-left font-medium">
              Class
            </th>
            {SCORES.map(([key, title]) => (
              <th key={key} scope="col" className="px-2 py-1.5 font-medium">
                {title}
              </th>
            ))}
            <th scope="col" className="py-1.5 pl-2 font-medium">
              Samples
            </th>
          </tr>
        </thead>
        <tbody>
          {scores.map((score) => (
            <tr key={score.index} className="border-line border-t">
              <th scope="row" className="py-1.5 pr-2 text-left font-normal">
                <ClassName names={classNames} label={score.index} />
              </th>
              {SCORES.map(([key]) => (
                <td key={key} className="px-2 py-1.5">
                  {formatMetric(score[key])}
                </td>
              ))}
              <td className="py-1.5 pl-2">{formatCount(score.support)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
