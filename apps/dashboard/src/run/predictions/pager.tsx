import { Button } from "../../ui/button.js";
import { formatCount } from "../../ui/format.js";
import { PAGE_SIZE } from "./prediction-choice.js";

export interface PagerProps {
  /** From 0. */
  page: number;
  total: number;
  onTurn: (page: number) => void;
}

/** Which of how many samples are shown, and the way to the others. */
export function Pager({ page, total, onTurn }: PagerProps) {
  const from = page * PAGE_SIZE;
  const last = Math.max(0, Math.ceil(total / PAGE_SIZE) - 1);
  if (last === 0 && page === 0) return null;
  return (
    <nav aria-label="Pages of samples" className="flex flex-wrap items-center justify-between gap-3">
      <p role="status" className="text-muted text-sm">
        {formatCount(Math.min(from + 1, total))} to {formatCount(Math.min(from + PAGE_SIZE, total))} of{" "}
        {formatCount(total)}
      </p>
      <div className="flex gap-2">
        <Button disabled={page === 0} onClick={() => onTurn(Math.min(page - 1, last))}>
          ← Previous
        </Button>
        <Button disabled={page >= last} onClick={() => onTurn(page + 1)}>
          Next →
        </Button>
      </div>
    </nav>
  );
}
