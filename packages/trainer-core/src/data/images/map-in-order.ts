/** Runs `work` on several items at once, and gives the results in the order of the items. */
export async function* mapInOrder<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<Result>[] = [];
  let next = 0;
  try {
    while (next < items.length || running.length > 0) {
      while (next < items.length && running.length < atOnce) {
        const result = work(items[next] as Item);
        // Its turn to be awaited comes later: a failure until then is not unhandled.
        result.catch(() => undefined);
        running.push(result);
        next += 1;
      }
      yield await (running.shift() as Promise<Result>);
    }
  } finally {
    await Promise.allSettled(running);
  }
}
