import type { RunRecord } from "@fedloom/protocol";
import type { RunView } from "../../live/run-view.js";
import { formatCount } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";

/** Every start of the run: one that was broken off goes on from its last checkpoint; nothing where there was one start. */
export function AttemptsPanel({ record, view }: { record: RunRecord; view: RunView }) {
  if (record.attempt <= 1) return null;
  const told = [...view.attempts].sort(([, one], [, other]) => one.attempt - other.attempt);
  return (
    <Panel title="Attempts">
      <p className="text-muted text-sm">
        It was started {formatCount(record.attempt)} times. What was trained twice is shown as trained last.
      </p>
      <ol className="mt-2 space-y-2 text-sm">
        {told.map(([source, { attempt, resumedFrom }]) => (
          <li key={source} className="border-line border-t pt-2">
            Attempt {formatCount(attempt)}:{" "}
            {resumedFrom > 0 ? `went on after ${view.unit} ${formatCount(resumedFrom)}` : "began anew"}
            <span className="block text-muted text-xs [overflow-wrap:anywhere]">
              told by <bdi>{source}</bdi>
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
