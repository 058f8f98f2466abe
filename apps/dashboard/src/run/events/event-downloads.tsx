import type { EventType } from "@fedloom/protocol";
import { useState } from "react";
import { eventsPath } from "../../api/events.js";
import { download } from "../../api/request.js";
import { Button } from "../../ui/button.js";

/** Saves all stored events of the chosen types as a file. */
export function EventDownloads({ runId, types }: { runId: string; types: readonly EventType[] }) {
  const [problem, setProblem] = useState<string>();
  const save = async (format: "jsonl" | "csv") => {
    setProblem(undefined);
    try {
      await download(eventsPath(runId, { types, format }), `${runId}-events.${format}`);
    } catch (cause) {
      setProblem(cause instanceof Error ? cause.message : String(cause));
    }
  };
  return (
    <span className="flex flex-wrap items-center gap-2">
      {problem && (
        <span role="alert" className="text-bad text-sm">
          Not saved: {problem}
        </span>
      )}
      <Button onClick={() => save("jsonl")}>Save as JSONL</Button>
      <Button onClick={() => save("csv")}>CSV</Button>
    </span>
  );
}
