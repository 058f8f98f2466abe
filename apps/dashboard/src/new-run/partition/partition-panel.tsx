import { useEffect, useRef } from "react";
import { refusalOf } from "../../api/refusal.js";
import { formatCountOf } from "../../ui/format.js";
import { Notice } from "../../ui/notice.js";
import { problemSentence } from "../config/problem-sentence.js";
import { fieldPath } from "../config/problems.js";
import { useRunForm } from "../form-context.js";
import { describePartition } from "./describe-partition.js";
import { PartitionPicture } from "./partition-picture.js";
import { PartitionTable } from "./partition-table.js";
import { usePartitionPreview } from "./use-partition-preview.js";

/** Shows who would hold what with the fields as they are. */
export function PartitionPanel() {
  const { draft, tell } = useRunForm();
  const { preview, error, isAsking } = usePartitionPreview(draft);
  const said = useRef(false);
  useEffect(() => {
    // What is wrong stands beside its field; it goes once the server has nothing against the fields.
    if (error?.field !== undefined) {
      said.current = true;
      tell({ [fieldPath(error.field)]: problemSentence(error) });
    } else if (said.current && preview) {
      said.current = false;
      tell({});
    }
  }, [error, preview, tell]);
  useEffect(() => () => tell({}), [tell]);

  return (
    <section aria-label="Who would hold what" className="rounded-md border border-line bg-page p-3 sm:p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="font-medium text-sm">Who would hold what</h3>
        <p role="status" className="text-muted text-sm">
          {isAsking ? "Dealing out…" : preview && formatCountOf(preview.numSamples, "training sample")}
        </p>
      </div>
      {error?.field !== undefined && (
        <p className="mt-2 text-sm">It is drawn once the field that is marked can be used.</p>
      )}
      {error && error.field === undefined && (
        <div className="mt-3">
          <Notice tone="warn" title="There is no picture of these clients">
            {refusalOf(error)}
          </Notice>
        </div>
      )}
      {!preview && !error && !isAsking && (
        <p className="mt-2 text-muted text-sm">It is drawn once the data are chosen.</p>
      )}
      {preview && (
        <div className={isAsking ? "opacity-60" : ""}>
          <p className="mt-1 mb-3 text-sm">{describePartition(preview)}</p>
          <PartitionPicture preview={preview} />
          <PartitionTable preview={preview} />
        </div>
      )}
    </section>
  );
}
