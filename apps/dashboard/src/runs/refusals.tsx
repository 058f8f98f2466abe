import type { RunRecord } from "@fedloom/protocol";
import type { Refusal } from "./one-by-one.js";

/** Runs to which something could not be done, with the reasons. */
export function Refusals(props: {
  refusals: readonly Refusal<Pick<RunRecord, "runId" | "experimentName">>[];
}) {
  return (
    <ul role="alert" className="grid gap-2">
      {props.refusals.map(({ item, reason }) => (
        <li key={item.runId} className="[overflow-wrap:anywhere]">
          <bdi className="font-medium">{item.experimentName}</bdi>
          <p className="text-muted text-sm">{reason}</p>
        </li>
      ))}
    </ul>
  );
}
