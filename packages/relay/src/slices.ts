/** Longest time in ms that work over many sockets holds the event loop before others have their turn. */
const SLICE_MS = 4;

/** Work that gives way to others now and then. */
export interface SlicedWork {
  /** Does what is left at once. */
  finish(): void;
}

/** Takes steps until they are done, a few milliseconds at a time; begins at once. */
export function inSlices(steps: Iterator<void>, onDone: () => void = () => {}): SlicedWork {
  let isDone = false;
  const end = () => {
    if (isDone) return;
    isDone = true;
    onDone();
  };
  const takeSlice = () => {
    const until = performance.now() + SLICE_MS;
    while (!isDone) {
      if (steps.next().done) return end();
      if (performance.now() >= until) return void setImmediate(takeSlice);
    }
  };
  takeSlice();
  return {
    finish() {
      while (!isDone && !steps.next().done);
      end();
    },
  };
}
