// Replays a spool file when it is told to.
import { syncSpool } from "@fedloom/sender/node";

const [path, url] = process.argv.slice(2);
process.once("message", async () => {
  const before = performance.now();
  const result = await syncSpool(path, { url });
  process.send({ result, seconds: (performance.now() - before) / 1_000 });
});
process.send({});
