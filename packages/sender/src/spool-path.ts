import { join } from "node:path";

/** Where a run's events are, without the ending. */
export function spoolPath(
  {
    directory = "logs/progress",
    experimentName = "run",
  }: { directory?: string | undefined; experimentName?: string | undefined },
  runId: string,
): string {
  return join(directory, `${fileName(experimentName)}_${fileName(runId)}`);
}

/** A name is a label, never a path. */
function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 64) || "run";
}
