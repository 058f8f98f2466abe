/** Path of a run in the API. */
export function runApiPath(runId: string): string {
  return `/api/runs/${encodeURIComponent(runId)}`;
}
