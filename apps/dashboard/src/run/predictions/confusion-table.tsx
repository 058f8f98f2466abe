import type { RunPredictions } from "@fedloom/protocol";
import { formatCount, formatPercent } from "../../ui/format.js";
import { ClassLabel, classNameOf } from "./class-label.js";
import type { PredictionChoice } from "./prediction-choice.js";

export interface ConfusionTableProps {
  counts: readonly (readonly number[])[];
  names: RunPredictions["classNames"];
  choice: Pick<PredictionChoice, "label" | "predicted">;
  /** A cell was pressed; undefined where it was the one that is chosen. */
  onChoose: (label: number | undefined, predicted: number | undefined) => void;
}

/** How often samples of each class are taken for each; a cell shows its samples. */
export function ConfusionTable({ counts, names, choice, onChoose }: ConfusionTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by the keyboard
    <section aria-label="Confusion matrix" tabIndex={0} className="max-h-96 overflow-auto">
      <table className="border-separate border-spacing-1 text-sm">
        <caption className="mb-1 text-left text-muted">Predicted class across, true class down</caption>
        <thead>
          <tr>
            <td />
            {names.map((name, label) => (
              <th
                key={`${label} ${name}`}
                scope="col"
                className="max-w-28 px-1 pb-1 align-bottom font-medium"
              >
                <ClassLabel names={names} label={label} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, label) => (
            <tr key={label}>
              <th scope="row" className="max-w-28 pr-2 text-right font-medium">
                <ClassLabel names={names} label={label} />
              </th>
              {row.map((count, predicted) => (
                <td key={predicted} className="p-0">
                  <Cell
                    count={count}
                    ofRow={row.reduce((sum, each) => sum + each, 0)}
                    title={`${classNameOf(names, label)} taken for ${classNameOf(names, predicted)}`}
                    isRight={label === predicted}
                    isChosen={choice.label === label && choice.predicted === predicted}
                    onChoose={(isChosen) =>
                      isChosen ? onChoose(label, predicted) : onChoose(undefined, undefined)
                    }
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CellProps {
  count: number;
  ofRow: number;
  /** For readers of the screen, after the numbers. */
  title: string;
  isRight: boolean;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}

function Cell({ count, ofRow, title, isRight, isChosen, onChoose }: CellProps) {
  const share = ofRow === 0 ? 0 : count / ofRow;
  const tint = `color-mix(in srgb, var(${isRight ? "--good" : "--bad"}) ${Math.round(share * 28)}%, var(--raised))`;
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={() => onChoose(!isChosen)}
      style={{ backgroundColor: tint }}
      className="flex h-14 w-full min-w-16 flex-col items-center justify-center rounded border-2 border-transparent px-2 text-ink hover:border-strong aria-pressed:border-accent"
    >
      <span className="font-semibold">{formatCount(count)}</span>
      <span className="text-xs">{ofRow > 0 ? formatPercent(share) : "–"}</span>
      <span className="sr-only">, {title}</span>
    </button>
  );
}
