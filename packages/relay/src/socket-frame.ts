const OPCODE = { text: 1, binary: 2 } as const;
const FINAL = 0x80;

/** A WebSocket frame from server to client (RFC 6455 section 5.2: one final frame, no mask), ready for the TCP socket. */
export function toSocketFrame(payload: string | Uint8Array): Buffer {
  const isText = typeof payload === "string";
  const length = isText ? Buffer.byteLength(payload) : payload.length;
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = FINAL | (isText ? OPCODE.text : OPCODE.binary);
  if (headerLength === 2) frame[1] = length;
  else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  if (isText) frame.write(payload, headerLength);
  else frame.set(payload, headerLength);
  return frame;
}

/** The payload of a frame that `toSocketFrame` made. */
export function payloadOf(frame: Buffer): Buffer {
  const short = (frame[1] ?? 0) & 0x7f;
  return frame.subarray(short < 126 ? 2 : short === 126 ? 4 : 10);
}
