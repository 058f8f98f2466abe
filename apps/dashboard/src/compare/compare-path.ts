/** Most runs that are shown beside each other. */
export const MAX_COMPARED = 10;

/** Address of the screen that shows runs beside each other. */
export function comparePath(runIds: readonly string[]): string {
  return `/compare?${new URLSearchParams(runIds.slice(0, MAX_COMPARED).map((runId) => ["run", runId]))}`;
}
