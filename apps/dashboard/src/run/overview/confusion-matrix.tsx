import { formatCount, formatPercent } from "../../ui/format.js";
import type { Confusion } from "./evaluation-details.js";

/** Counts and row shares of true against predicted classes, the darker the more of the row. */
export function ConfusionMatrix({
  confusion,
  nameOf,
}: {
  confusion: Confusion;
  nameOf: (index: number) => string;
}) {
  const { counts } = confusion;
  const isSmall = counts.length <= 4;
  return (
    <section
      className="overflow-x-auto"
      aria-label="Confusion matrix"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table className={`border-separate border-spacing-0.5 text-sm ${isSmall ? "w-full" : ""}`}>
        <caption className="pb-1.5 text-left text-muted text-sm">
          Rows are the true classes, columns the predicted
        </caption>
        <thead>
          <tr>
            <td className="w-0" />
            {counts.map((_, column) => (
              <th
                key={column}
                scope="col"
                className="max-w-28 px-1.5 pb-1 align-bottom font-medium text-xs [overflow-wrap:anywhere]"
              >
                <bdi>{nameOf(column)}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, truth) => {
            const total = row.reduce((sum, count) => sum + count, 0);
            return (
              <tr key={truth}>
                <th
                  scope="row"
                  className="min-w-16 max-w-28 py-1 pr-2 text-left font-medium text-xs [overflow-wrap:anywhere]"
                >
                  <bdi>{nameOf(truth)}</bdi>
                </th>
                {row.map((count, predicted) => (
                  <Cell
                    key={predicted}
                    count={count}
                    share={total > 0 ? count / total : 0}
                    isRight={truth === predicted}
                    isSmall={isSmall}
                  />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Cell(props: { count: number; share: number; isRight: boolean; isSmall: boolean }) {
  const { count, share, isRight, isSmall } = props;
  // Up to a bit under half of the hue the page's own text colour stays readable in both themes.
  const heat = Math.round(share * 42);
  return (
    <td
      className={`rounded text-center ${isSmall ? "h-16 px-2" : "h-11 min-w-12 px-1"} ${isRight ? "font-semibold" : ""}`}
      style={{ background: `color-mix(in srgb, var(--accent) ${heat}%, var(--raised))` }}
    >
      <span className={isSmall ? "block text-lg leading-6" : "block leading-5"}>{formatCount(count)}</span>
      <span className="block font-normal text-xs">{formatPercent(share)}</span>
    </td>
  );
}
