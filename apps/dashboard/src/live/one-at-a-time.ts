/** Takes ids, and works on those that have come since: never twice at a time, however slow the work is. */
export function oneAtATime(
  work: (ids: readonly string[]) => Promise<unknown>,
): (ids: Iterable<string>) => void {
  const waiting = new Set<string>();
  let isBusy = false;
  const run = async () => {
    isBusy = true;
    while (waiting.size > 0) {
      const ids = [...waiting];
      waiting.clear();
      // What fails is asked for again with the next change.
      await work(ids).catch(() => undefined);
    }
    isBusy = false;
  };
  return (ids) => {
    for (const id of ids) waiting.add(id);
    if (!isBusy) void run();
  };
}
