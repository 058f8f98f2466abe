// Tells the parent where this server listens and, when asked, how long its event loop was held and what memory it has.
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 1;

process.on("SIGTERM", () => process.exit());
export function reportLoop(port) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on("message", (question) => {
    if (question === "reset") delay.reset();
    if (question === "collect") globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const held = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    process.send({
      maxHeldMs: held(delay.max),
      p99HeldMs: held(delay.percentile(99)),
      rss,
      heapUsed,
      external,
    });
  });
  process.send({ port });
}
