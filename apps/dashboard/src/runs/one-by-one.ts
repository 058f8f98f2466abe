/** What was not done, and why. */
export interface Refusal<Item> {
  item: Item;
  reason: string;
}

/** Does something to each of several, one after the other; what fails does not keep the rest from being done. */
export async function oneByOne<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>,
): Promise<Refusal<Item>[]> {
  const refusals: Refusal<Item>[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (cause) {
      refusals.push({ item, reason: cause instanceof Error ? cause.message : String(cause) });
    }
  }
  return refusals;
}
