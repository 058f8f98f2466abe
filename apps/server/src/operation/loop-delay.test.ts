import { afterEach, expect, it } from "vitest";
import { LoopDelay } from "./loop-delay.js";

let delay: LoopDelay;
afterEach(() => delay.close());

it("sees that the loop was held, and forgets it after two turns", async () => {
  delay = new LoopDelay(200);
  // What happens before its first look is not seen.
  await expect.poll(() => delay.maxMs, { interval: 5 }).toBeGreaterThan(0);
  const until = performance.now() + 80;
  while (performance.now() < until);
  await expect.poll(() => delay.maxMs, { interval: 5 }).toBeGreaterThan(50);
  await expect.poll(() => delay.maxMs, { interval: 20, timeout: 10_000 }).toBeLessThan(50);
});
