import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A frame as bytes, right or wrong: every part can be set. */
export interface RawFrame {
  isFinal?: boolean;
  /** The three reserved bits, as a number from 0 to 7. */
  reserved?: number;
  opcode: number;
  payload?: Uint8Array | string;
  isMasked?: boolean;
  /** What the length field says, if not the payload's length. */
  announced?: number | bigint;
}

export function rawFrame({
  isFinal = true,
  reserved = 0,
  opcode,
  payload = "",
  isMasked = true,
  announced,
}: RawFrame): Buffer {
  const bytes = Buffer.from(payload as Uint8Array);
  const length = announced ?? bytes.length;
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = isMasked ? randomBytes(4) : Buffer.alloc(0);
  const maskBit = isMasked ? 0x80 : 0;
  let header: Buffer;
  if (length < 126) header = Buffer.from([first, maskBit | Number(length)]);
  else if (length < 65_536) {
    header = Buffer.from([first, maskBit | 126, 0, 0]);
    header.writeUInt16BE(Number(length), 2);
  } else {
    header = Buffer.concat([Buffer.from([first, maskBit | 127]), Buffer.alloc(8)]);
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  const masked = isMasked ? bytes.map((byte, index) => byte ^ (mask[index % 4] as number)) : bytes;
  return Buffer.concat([header, mask, masked]);
}

/** A TCP connection that has shaken hands as a WebSocket and sends whatever bytes a test wants. */
export class RawWebSocket {
  readonly socket: Socket;
  /** The code of the close frame that the other side sends; undefined when it ends without one. */
  readonly closeCode: Promise<number | undefined>;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    this.closeCode = new Promise((resolve) => {
      let rest: Uint8Array = Buffer.alloc(0);
      socket.on("data", (bytes) => {
        const read = readFrames(Buffer.concat([rest, bytes]));
        rest = read.rest;
        if (read.closeCode !== undefined) resolve(read.closeCode);
      });
      socket.on("close", () => resolve(undefined));
    });
  }

  static async open(port: number, headers: readonly string[] = []): Promise<RawWebSocket> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    const key = randomBytes(16).toString("base64");
    const lines = [
      "GET / HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${key}`,
      "Sec-WebSocket-Version: 13",
      ...headers,
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    let head = Buffer.alloc(0);
    while (!head.includes("\r\n\r\n"))
      head = Buffer.concat([head, ((await once(socket, "data")) as [Buffer])[0]]);
    return new RawWebSocket(socket);
  }

  send(...frames: (RawFrame | Uint8Array)[]): void {
    for (const frame of frames) this.socket.write(frame instanceof Uint8Array ? frame : rawFrame(frame));
  }
}

/** Passes over whole frames; answers the code of a close frame among them, and what is left. */
function readFrames(bytes: Buffer): { closeCode: number | undefined; rest: Buffer } {
  let at = 0;
  while (bytes.length - at >= 2) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length - at < header) break;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    if (bytes.length - at < header + length) break;
    const isClose = ((bytes[at] ?? 0) & 0x0f) === 8;
    if (isClose) return { closeCode: length >= 2 ? bytes.readUInt16BE(at + header) : 1005, rest: bytes };
    at += header + length;
  }
  return { closeCode: undefined, rest: bytes.subarray(at) };
}
