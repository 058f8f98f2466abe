// Many viewers in one process: raw sockets that count the WebSocket frames they get, cheaply, so that the server is the
// bottleneck. A few of them read the time in each event as well.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";

const SAMPLED = 10;
const [kind, port, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
let delivered = 0;
let latencies = [];

const path = kind === "socket-io" ? "/socket.io/?EIO=4&transport=websocket" : "/";

function open(index) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.on("error", reject);
    const key = randomBytes(16).toString("base64");
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    let isOpen = false;
    let rest;
    socket.on("data", (chunk) => {
      let bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
      rest = undefined;
      if (!isOpen) {
        const end = bytes.indexOf("\r\n\r\n");
        if (end < 0) {
          rest = bytes;
          return;
        }
        isOpen = true;
        if (kind === "socket-io") socket.write(frame("40"));
        resolve(socket);
        bytes = bytes.subarray(end + 4);
      }
      rest = countFrames(bytes, socket, index < SAMPLED);
    });
  });
}

/** Counts whole frames with an event; returns what is left of a frame that goes on in the next chunk. */
function countFrames(bytes, socket, isSampled) {
  let at = 0;
  while (bytes.length - at >= 2) {
    const short = bytes[at + 1] & 0x7f;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length - at < header) break;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    if (bytes.length - at < header + length) break;
    // Everything shorter than an event is about the connection.
    if (length > 200) {
      delivered++;
      if (isSampled) sample(bytes.toString("latin1", at + header, at + header + length));
    } else if ((bytes[at] & 0x0f) === 9) {
      socket.write(frame("", 0x0a));
    } else if (kind === "socket-io" && length === 1 && bytes[at + header] === 0x32) {
      socket.write(frame("3"));
    }
    at += header + length;
  }
  return at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
}

function sample(text) {
  const sent = /"sent_at":([\d.]+)/.exec(text);
  if (sent) latencies.push(performance.timeOrigin + performance.now() - Number(sent[1]));
}

/** A short masked frame, as clients must send; a mask of zeros is as good as another here. */
function frame(text, opcode = 1) {
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

for (let index = 0; index < count; index += 100) {
  await Promise.all(Array.from({ length: Math.min(100, count - index) }, (_, n) => open(index + n)));
}
process.on("message", (question) => {
  if (question === "reset") {
    delivered = 0;
    latencies = [];
  }
  process.send({ delivered, latencies: question === "latencies" ? latencies : [] });
});
process.send({ open: count });
