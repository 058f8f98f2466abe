// Claim: through 30 drops of 2 s during 10,000 events every viewer gets every event once and in order.
//
// Method: a sender and five viewers reach the relay, in a process of its own, through a TCP proxy that resets every
// connection, refuses new ones for 2 s, and lets them in again, 30 times while the events are sent. A limit, not a peer:
// 100 %. `--quick` makes 5 drops of 0.2 s.
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMetricsSender } from "@fedloom/sender/node";
import { openViewer } from "@fedloom/viewer/node";
import { ask, own } from "./process-figures.mjs";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const isQuick = process.argv.includes("--quick");
const [DROPS, DROP_MS, UP_MS] = isQuick ? [5, 200, 400] : [30, 2_000, 2_000];
const [EVENTS, VIEWERS] = [10_000, 5];
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const relay = own(fork("servers/relay-process.mjs", { cwd: FOLDER }));
const { port } = await ask(relay);
const open = new Set();
let isRefusing = false;
const proxy = createServer((client) => {
  if (isRefusing) return client.resetAndDestroy();
  const server = connect({ port, host: "127.0.0.1", noDelay: true });
  for (const [from, to] of [
    [client, server],
    [server, client],
  ]) {
    open.add(from);
    from.on("data", (bytes) => to.write(bytes));
    from
      .on("error", () => {})
      .on("close", () => {
        open.delete(from);
        to.destroy();
      });
  }
});
await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const url = `ws://127.0.0.1:${proxy.address().port}`;

const directory = await mkdtemp(join(tmpdir(), "fedloom-bench-"));
const sender = createMetricsSender({ url, progressFile: { directory } });
const viewers = Array.from({ length: VIEWERS }, () => {
  const steps = [];
  const viewer = openViewer({
    url,
    runId: sender.runId,
    from: "start",
    onEvent: ({ data }) => steps.push(data.step),
  });
  return { viewer, steps };
});

const startedAt = performance.now();
const dropping = (async () => {
  for (let drop = 0; drop < DROPS; drop++) {
    await wait(UP_MS);
    isRefusing = true;
    for (const socket of open) socket.resetAndDestroy();
    await wait(DROP_MS);
    isRefusing = false;
  }
})();
const total = DROPS * (DROP_MS + UP_MS);
for (let step = 1; step <= EVENTS; step++) {
  sender.sendMetrics({ step, metrics: { loss: 1 / step } });
  const due = (step / EVENTS) * total - (performance.now() - startedAt);
  if (due > 1) await wait(due);
}
await dropping;
const isFlushed = await sender.flush(60_000);
for (let n = 0; n < 600 && viewers.some(({ steps }) => steps.length < EVENTS); n++) await wait(100);

let isMissed = !isFlushed;
console.log(
  `${DROPS} drops of ${DROP_MS / 1_000} s during ${EVENTS} events, ${VIEWERS} viewers, ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`,
);
for (const [index, { viewer, steps }] of viewers.entries()) {
  const isRight = steps.length === EVENTS && steps.every((step, at) => step === at + 1);
  isMissed ||= !isRight || viewer.counters.gaps > 0;
  const { duplicates, gaps } = viewer.counters;
  console.log(
    `  ${isRight ? "ok    " : "MISSED"} viewer ${index + 1}: ${((100 * steps.length) / EVENTS).toFixed(2)} % delivered, once and in order: ${isRight}; ${duplicates} repeated ones left out, ${gaps} gaps`,
  );
  viewer.close();
}
await sender.close(0);
proxy.close();
relay.kill("SIGKILL");
await rm(directory, { recursive: true, force: true });
process.exit(isMissed ? 1 : 0);
