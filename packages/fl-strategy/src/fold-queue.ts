/** Hands items on in one fixed order, whatever the order they come in; holds back only what is ahead of a gap. */
export interface FoldQueue<Item> {
  /** Gives the item of a place; `undefined` says that there will be none. */
  settle(place: number, item: Item | undefined): void;
  isSettled(place: number): boolean;
  /** Places that nothing was said about yet, in order. */
  open(): number[];
}

/** Creates a queue over places 0 … numPlaces - 1; `fold` sees their items in that order. */
export function createFoldQueue<Item>(numPlaces: number, fold: (item: Item) => void): FoldQueue<Item> {
  const settled = new Array<boolean>(numPlaces).fill(false);
  const waiting = new Map<number, Item>();
  let next = 0;
  return {
    settle(place, item) {
      settled[place] = true;
      if (item !== undefined) waiting.set(place, item);
      while (next < numPlaces && settled[next]) {
        const ready = waiting.get(next);
        waiting.delete(next);
        next += 1;
        if (ready !== undefined) fold(ready);
      }
    },
    isSettled: (place) => settled[place] === true,
    open: () => settled.flatMap((done, place) => (done ? [] : [place])),
  };
}
