import type { SearchChanges } from "../router.js";
import { Button } from "../ui/button.js";
import { isFiltered, NO_FILTERS, type RunsChoice } from "./runs-query.js";

/** What is shown where there are runs, but none of these. */
export function NothingMatches(props: { choice: RunsChoice; change: (changes: SearchChanges) => void }) {
  const { choice, change } = props;
  return (
    <div className="rounded-lg border border-line bg-surface px-6 py-12 text-center">
      <p className="font-semibold">{isFiltered(choice) ? "No run matches" : "There is no such page"}</p>
      <p className="mt-1 text-muted text-sm">
        {isFiltered(choice)
          ? "There are runs, but none with what is searched and chosen above."
          : "The list of runs has become shorter than that."}
      </p>
      <Button className="mt-4" onClick={() => change({ ...NO_FILTERS, page: "" })}>
        Show all runs
      </Button>
    </div>
  );
}
