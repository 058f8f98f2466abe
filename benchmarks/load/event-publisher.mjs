// Publishes events of several runs, one socket each, at a fixed rate, and counts what is acknowledged as stored.
// All events are encoded, and framed, before the first is sent: what they cost belongs to the trainers' machines.
import { WebSocket } from "ws";
import { runEvents } from "./run-events.mjs";

const TICK_MS = 5;
const [url, runList, numEvents] = process.argv.slice(2);
const runIds = JSON.parse(runList);

/** A WebSocket frame from client to server (RFC 6455 section 5.2); a mask of zeros leaves the text as it is. */
function frameOf(text) {
  const payload = Buffer.from(text);
  const isShort = payload.length < 126;
  const head = Buffer.alloc((isShort ? 2 : 4) + 4);
  head[0] = 0x81;
  head[1] = 0x80 | (isShort ? payload.length : 126);
  if (!isShort) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** Frames one after the other, and where each one ends. */
function prepare(runId) {
  const events = runEvents(runId);
  const frames = Array.from({ length: Math.ceil(numEvents / runIds.length) }, () =>
    frameOf(events.next().value),
  );
  const ends = new Float64Array(frames.length + 1);
  for (const [i, frame] of frames.entries()) ends[i + 1] = ends[i] + frame.length;
  return { bytes: Buffer.concat(frames), ends };
}

const runs = await Promise.all(
  runIds.map(async (runId) => {
    const socket = new WebSocket(url);
    const run = { socket, ...prepare(runId), sent: 0, stored: 0, refused: 0 };
    socket.on("message", (frame) => {
      const { type, data } = JSON.parse(frame);
      if (type === "ack" && data.level === "stored") run.stored = data.seq;
      if (type === "reject") run.refused += 1;
    });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    socket.send(JSON.stringify({ type: "publish", data: { run_id: runId, source: "trainer" } }));
    return run;
  }),
);

let timer;
let perSecond = 0;
let due = 0;
let last = 0;

function tick() {
  const now = performance.now();
  due += ((now - last) / 1_000) * perSecond;
  last = now;
  const each = Math.floor(due / runs.length);
  due -= each * runs.length;
  for (const run of runs) {
    const end = Math.min(run.sent + each, run.ends.length - 1);
    run.socket._socket.write(run.bytes.subarray(run.ends[run.sent], run.ends[end]));
    run.sent = end;
  }
}

const sum = (field) => runs.reduce((total, run) => total + run[field], 0);

process.on("message", ({ rate }) => {
  if (rate !== undefined) {
    clearInterval(timer);
    perSecond = rate;
    last = performance.now();
    if (rate > 0) timer = setInterval(tick, TICK_MS);
  }
  process.send({
    sent: sum("sent"),
    stored: sum("stored"),
    refused: sum("refused"),
    waiting: runs.reduce((total, { socket }) => total + socket._socket.writableLength, 0),
  });
});
process.once("disconnect", () => process.exit());
process.send({});
