import { formatCount, formatPercent } from "../../ui/format.js";
import { ScrollBox } from "../../ui/scroll-box.js";
import { ClassName, classNameOf } from "./class-name.js";

/** One cell: samples of a true class that were taken for a class. */
export interface ConfusionCell {
  label: number;
  predicted: number;
}

export interface ConfusionMatrixProps {
  /** The row is the true class. */
  counts: readonly (readonly number[])[];
  classNames: readonly string[] | undefined;
  chosen?: { label?: number | undefined; predicted?: number | undefined };
  /** Makes buttons of the cells; undefined where the chosen one was pressed again. */
  onChoose?: (cell: ConfusionCell | undefined) => void;
}

/** How often samples of each class are taken for each, with shares of the row: the stronger the colour, the more of it. */
export function ConfusionMatrix({ counts, classNames, chosen, onChoose }: ConfusionMatrixProps) {
  const isSmall = counts.length <= 4;
  return (
    <ScrollBox label="Confusion matrix" className="max-h-112 overflow-auto">
      <table className={`border-separate border-spacing-1 text-sm ${isSmall ? "w-full" : ""}`}>
        <caption className="mb-1 text-left text-muted">Predicted class across, true class down</caption>
        <thead>
          <tr>
            <td className="w-0" />
            {counts.map((_, label) => (
              <th key={label} scope="col" className="max-w-28 px-1 pb-1 align-bottom font-medium">
                <ClassName names={classNames} label={label} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, label) => (
            <tr key={label}>
              <th scope="row" className="min-w-24 max-w-32 pr-2 text-right font-medium">
                <ClassName names={classNames} label={label} />
              </th>
              {row.map((count, predicted) => (
                <td key={predicted} className="p-0">
                  <Cell
                    count={count}
                    ofRow={row.reduce((sum, each) => sum + each, 0)}
                    title={`${classNameOf(classNames, label)} taken for ${classNameOf(classNames, predicted)}`}
                    isRight={label === predicted}
                    isChosen={chosen?.label === label && chosen.predicted === predicted}
                    onChoose={
                      onChoose && ((isChosen) => onChoose(isChosen ? { label, predicted } : undefined))
                    }
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

interface CellProps {
  count: number;
  ofRow: number;
  /** For readers of the screen, after the numbers. */
  title: string;
  isRight: boolean;
  isChosen: boolean;
  onChoose: ((isChosen: boolean) => void) | undefined;
}

const CELL =
  "flex h-14 w-full min-w-16 flex-col items-center justify-center rounded border-2 border-transparent px-2 text-ink";

function Cell({ count, ofRow, title, isRight, isChosen, onChoose }: CellProps) {
  const share = ofRow === 0 ? 0 : count / ofRow;
  // Up to this much of the hue the text can be read in both themes.
  const tint = `color-mix(in srgb, var(${isRight ? "--good" : "--bad"}) ${Math.round(share * 28)}%, var(--raised))`;
  const content = (
    <>
      <span className="font-semibold">{formatCount(count)}</span>
      <span className="text-xs">{ofRow > 0 ? formatPercent(share) : "–"}</span>
      <span className="sr-only">, {title}</span>
    </>
  );
  if (!onChoose) {
    return (
      <div style={{ backgroundColor: tint }} className={CELL}>
        {content}
      </div>
    );
  }
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={() => onChoose(!isChosen)}
      style={{ backgroundColor: tint }}
      className={`${CELL} hover:border-strong aria-pressed:border-accent`}
    >
      {content}
    </button>
  );
}
