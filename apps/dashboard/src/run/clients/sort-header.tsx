import type { ReactNode } from "react";
import type { ClientsChoice } from "./clients-choice.js";

export interface SortHeaderProps {
  sortKey: string;
  choice: ClientsChoice;
  onChange: (changes: Partial<ClientsChoice>) => void;
  className?: string;
  children: ReactNode;
}

/** A column's name, by which the table is sorted: first the largest, then the other way round. */
export function SortHeader({ sortKey, choice, onChange, className = "", children }: SortHeaderProps) {
  const { sort, isDown } = choice;
  const isSorted = sort === sortKey || (sort === "" && sortKey === "name");
  const isNextDown = isSorted ? !isDown : sortKey !== "name";
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (isDown ? "descending" : "ascending") : undefined}
      className={`sticky top-0 z-10 bg-surface py-1.5 font-medium ${className}`}
    >
      <button
        type="button"
        onClick={() =>
          onChange({ sort: sortKey === "name" && !isNextDown ? "" : sortKey, isDown: isNextDown })
        }
        className="whitespace-nowrap hover:text-ink"
      >
        {children}
        <span aria-hidden="true" className="ml-0.5 inline-block w-2.5">
          {isSorted ? (isDown ? "↓" : "↑") : ""}
        </span>
      </button>
    </th>
  );
}
