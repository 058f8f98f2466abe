import type { ApiError } from "../../api/errors.js";
import { refusalOf } from "../../api/refusal.js";
import { Button } from "../../ui/button.js";
import { Notice } from "../../ui/notice.js";

const TITLES: Readonly<Record<string, string>> = {
  checkpoint_not_found: "There is no model yet",
  checkpoint_damaged: "The model cannot be read",
  task_unsupported: "This run predicts no classes",
  data_gone: "There are no samples to look at",
  data_changed: "The samples are not those of the run",
  too_busy: "The server is busy",
};

/** Codes that asking again does not change. */
const FINAL = new Set(["checkpoint_damaged", "task_unsupported", "forbidden"]);

/** Why there are no predictions. */
export function PredictionsProblem({ error, onAgain }: { error: ApiError; onAgain: () => void }) {
  if (error.status === 403) {
    return (
      <Notice tone="info" title="Predictions take an admin's token">
        They show the samples themselves, which a viewer's token does not.
      </Notice>
    );
  }
  const isExpected = error.code === "checkpoint_not_found";
  return (
    <Notice
      tone={isExpected ? "info" : "warn"}
      title={TITLES[error.code] ?? "The predictions could not be read"}
    >
      <p>
        {isExpected ? "It comes when the first round or epoch is closed and evaluated." : refusalOf(error)}
      </p>
      {!FINAL.has(error.code) && (
        <Button onClick={onAgain} className="mt-3">
          Try again
        </Button>
      )}
    </Notice>
  );
}
