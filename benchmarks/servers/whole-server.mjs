// The whole server in a process of its own, as `npm start` runs it, that says how its event loop does.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { serve } from "@fedloom/server";

const RESOLUTION_MS = 5;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
const held = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);

process.on("message", (question) => {
  if (question === "reset") delays.reset();
  process.send({
    p50: held(delays.percentile(50)),
    p99: held(delays.percentile(99)),
    max: held(delays.max),
    rss: process.memoryUsage().rss,
  });
});
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.exit(await serve(process.argv.slice(2), {}, process.cwd()));
