import { Button } from "../ui/button.js";
import { formatCount } from "../ui/format.js";
import { PAGE_SIZES, type RunsChoice } from "./runs-query.js";

interface PagerProps {
  choice: RunsChoice;
  total: number;
  onPage: (page: number) => void;
  onPageSize: (pageSize: number) => void;
}

/** Which part of a long list is shown, and the way to the others. */
export function Pager({ choice: { page, pageSize }, total, onPage, onPageSize }: PagerProps) {
  const numPages = Math.max(1, Math.ceil(total / pageSize));
  if (total <= PAGE_SIZES[0]) return null;
  return (
    <nav aria-label="Pages" className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2 text-muted text-sm">
      <p className="mr-auto">
        {formatCount((page - 1) * pageSize + 1)} to {formatCount(Math.min(total, page * pageSize))} of{" "}
        {formatCount(total)}
      </p>
      <label className="flex items-center gap-2">
        Rows
        <select
          className="rounded-md border border-line bg-surface px-2 py-1 text-ink"
          value={pageSize}
          onChange={({ target }) => onPageSize(Number(target.value))}
        >
          {PAGE_SIZES.map((size) => (
            <option key={size} value={size}>
              {size}
            </option>
          ))}
        </select>
      </label>
      <span className="flex gap-2">
        <Button disabled={page <= 1} onClick={() => onPage(page - 1)}>
          Previous
        </Button>
        <Button disabled={page >= numPages} onClick={() => onPage(page + 1)}>
          Next
        </Button>
      </span>
    </nav>
  );
}
