import { bestPlaces, type ResultRow } from "./compare-results.js";
import { FIRST } from "./compare-table.js";

/** One measure of all runs; `against` is the place of the baseline, -1 for none. */
export function ResultLine({ row, against }: { row: ResultRow; against: number }) {
  const best = bestPlaces(row);
  return (
    <tr className="border-line border-t align-top">
      <th scope="row" className={`${FIRST} py-1.5 text-left font-normal`}>
        {row.label}
      </th>
      {row.values.map((value, i) => {
        const difference = i === against ? undefined : differenceOf(value, row.values[against]);
        const isBest = best.has(i);
        const below = [
          i === against && value !== undefined ? "baseline" : undefined,
          difference !== undefined ? signed(difference, row.write) : undefined,
          row.notes?.[i],
        ].filter((text) => text !== undefined);
        return (
          <td key={i} className="px-3 py-1.5 text-right whitespace-nowrap">
            <span className={isBest ? "font-semibold text-good" : value === undefined ? "text-muted" : ""}>
              {isBest && (
                <>
                  <span aria-hidden="true">★ </span>
                  <span className="sr-only">best: </span>
                </>
              )}
              {row.write(value)}
            </span>
            {below.length > 0 && <span className="block text-muted text-xs">{below.join(" · ")}</span>}
          </td>
        );
      })}
    </tr>
  );
}

function differenceOf(value: number | undefined, base: number | undefined): number | undefined {
  if (value === undefined || base === undefined) return undefined;
  return Number.isFinite(value - base) ? value - base : undefined;
}

function signed(difference: number, write: ResultRow["write"]): string {
  if (difference === 0) return "the same";
  return `${difference > 0 ? "+" : "−"}${write(Math.abs(difference))}`;
}
