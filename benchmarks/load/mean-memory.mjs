// A process of its own that plays one round of fedAvg with updates made one at a time and says what memory that took.
import { readFileSync, writeFileSync } from "node:fs";
import { fedAvg } from "@fedloom/fl-strategy";
import { vectorKernels } from "@fedloom/kernels";
import { openLargeRound, playLargeRound } from "./play-round.mjs";
import { normalPattern } from "./update-vectors.mjs";

const SIZE = 1_000_000;
const clients = Number(process.argv[2]);

function kernelBytes() {
  const vector = vectorKernels().createVector(8);
  const bytes = vector.values.buffer.byteLength;
  vector.release();
  return bytes;
}

function statusBytes(name) {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) * 1024;
}

const pattern = normalPattern(SIZE + 97 * clients, 0.01);
playLargeRound(fedAvg(), { updates: [{ values: pattern.slice(0, SIZE) }] });
globalThis.gc();
const before = statusBytes("VmRSS");
// From here on the kernel's high-water mark counts.
writeFileSync("/proc/self/clear_refs", "5");
const round = openLargeRound(fedAvg(), { size: SIZE, clients });
for (let i = 0; i < clients; i++) {
  round.receive(i, pattern.slice(97 * i, 97 * i + SIZE));
  // An update that was folded is garbage; how long it lies about is the collector's affair, not the round's.
  globalThis.gc();
}
round.close();
process.send({ residentBytes: statusBytes("VmHWM") - before, kernelBytes: kernelBytes() }, () =>
  process.exit(0),
);
