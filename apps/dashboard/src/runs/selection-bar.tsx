import { comparePath, MAX_COMPARED } from "../compare/compare-path.js";
import { Link } from "../router.js";
import { Button, buttonClass } from "../ui/button.js";
import { formatCount } from "../ui/format.js";

interface SelectionBarProps {
  selected: readonly string[];
  onClear: () => void;
  onDelete: () => void;
  onTag: () => void;
}

/** What can be done with the chosen runs. */
export function SelectionBar({ selected, onClear, onDelete, onTag }: SelectionBarProps) {
  const numChosen = selected.length;
  return (
    <section
      aria-label="Chosen runs"
      className="sticky bottom-3 z-10 mt-4 flex flex-wrap items-center gap-2 rounded-lg border border-strong bg-surface px-3 py-2 shadow-lg"
    >
      <p role="status" className="mr-auto font-medium text-sm">
        {formatCount(numChosen)} chosen
        {numChosen > MAX_COMPARED && (
          <span className="font-normal text-muted"> · at most {MAX_COMPARED} can be compared</span>
        )}
      </p>
      {numChosen <= MAX_COMPARED && (
        <Link href={comparePath(selected)} className={buttonClass("primary")}>
          Compare
        </Link>
      )}
      <Button onClick={onTag}>Add tags</Button>
      <Button kind="danger" onClick={onDelete}>
        Delete
      </Button>
      <Button onClick={onClear}>Clear</Button>
    </section>
  );
}
