/** Longest time between draws of a tab that nobody sees, whose title still tells how the run stands, in ms. */
const HIDDEN_MS = 5_000;
/** Least time between draws: more often nobody can read it, and the page has more to do than to draw, in ms. */
const LEAST_MS = 100;

/** Runs callbacks at the next frame, but not too often; a hidden tab has no frames, there they run late. */
export function createDrawSchedule(): (callback: () => void) => void {
  let drawnAt = Number.NEGATIVE_INFINITY;
  return (callback) => {
    let isDone = false;
    let frame = 0;
    const draw = () => {
      if (isDone) return;
      isDone = true;
      cancelAnimationFrame(frame);
      clearTimeout(late);
      drawnAt = performance.now();
      callback();
    };
    const late = setTimeout(draw, HIDDEN_MS);
    const ask = () => {
      frame = requestAnimationFrame(draw);
    };
    const waitMs = drawnAt + LEAST_MS - performance.now();
    if (waitMs <= 0) ask();
    else setTimeout(ask, waitMs);
  };
}

/** Resolves when the tab can be seen, at once if it is. */
export function whenSeen(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
  });
}
