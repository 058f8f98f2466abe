import { type Decoded, ProtocolError } from "../errors.js";
import type { Codec } from "./codec.js";
import { checkLimits, MAX_FRAME_LENGTH, tooLarge } from "./limits.js";

/** Text frames, for everybody; what a client gets that asks for nothing. */
export const jsonCodec: Omit<Codec, "encode"> & { encode(value: unknown): string } = {
  subprotocol: "fedloom.v1.json",
  isBinary: false,
  encode: (value) => JSON.stringify(value),
  decode(frame, maxLength = MAX_FRAME_LENGTH): Decoded<unknown> {
    if (typeof frame !== "string") {
      return { ok: false, error: new ProtocolError("wrong_frame", "frame: expected text, received binary") };
    }
    if (frame.length > maxLength) return { ok: false, error: tooLarge(frame.length, maxLength) };
    let value: unknown;
    try {
      value = JSON.parse(frame);
    } catch (cause) {
      const message = `frame: expected JSON, received ${JSON.stringify(frame.slice(0, 40))}`;
      return { ok: false, error: new ProtocolError("invalid_json", message, { cause }) };
    }
    const refusal = checkLimits(value);
    return refusal ? { ok: false, error: refusal } : { ok: true, value };
  },
};
