import { Link } from "../router.js";
import { buttonClass } from "../ui/button.js";

/** What is shown before anything was trained. */
export function NoRuns() {
  return (
    <div className="rounded-lg border border-line border-dashed bg-surface px-6 py-14 text-center">
      <p className="font-semibold text-lg">Nothing has been trained yet</p>
      <p className="mx-auto mt-2 max-w-md text-muted">
        A run lets several clients train one model together, without their images leaving them. The form is
        filled in so that the first one works as it is.
      </p>
      <Link href="/new" className={`${buttonClass("primary")} mt-6`}>
        Set up the first run
      </Link>
    </div>
  );
}
