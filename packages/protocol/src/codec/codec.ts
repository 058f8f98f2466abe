import type { Decoded } from "../errors.js";

/** What a WebSocket message carries: text or bytes. */
export type Frame = string | Uint8Array;

/** One way to write a wire object as a frame. Both ways carry the same objects. */
export interface Codec {
  /** WebSocket subprotocol that asks for this codec. */
  readonly subprotocol: string;
  /** Whether its frames are binary. */
  readonly isBinary: boolean;
  encode(value: unknown): Frame;
  /** Reads a frame within limits on size, depth and keys; never throws. */
  decode(frame: Frame, maxLength?: number): Decoded<unknown>;
}
