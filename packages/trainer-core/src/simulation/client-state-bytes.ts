import { createHash } from "node:crypto";
import { TrainerError } from "../errors.js";
import type { ClientState } from "../federated/client-states.js";

const MAGIC = "fedloom client state 1\n";
const HASH_BYTES = 32;

/** A client's state after a round. */
export interface ClientStateOfRound {
  readonly clientId: string;
  readonly round: number;
  readonly state: ClientState;
}

interface Header {
  readonly clientId: string;
  readonly round: number;
  readonly vectors: readonly { readonly name: string; readonly length: number }[];
}

/** A client's state as bytes that begin with their hash. */
export function encodeClientState({ clientId, round, state }: ClientStateOfRound): Uint8Array<ArrayBuffer> {
  const vectors = Object.entries(state);
  const header: Header = {
    clientId,
    round,
    vectors: vectors.map(([name, { length }]) => ({ name, length })),
  };
  const body = Buffer.concat([
    Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`),
    ...vectors.map(([, { buffer, byteOffset, byteLength }]) => Buffer.from(buffer, byteOffset, byteLength)),
  ]);
  return Buffer.concat([createHash("sha256").update(body).digest(), body]);
}

/**
 * Reads what `encodeClientState` wrote.
 * @param where names the bytes in messages, such as a path.
 * @throws TrainerError `invalid_checkpoint` for bytes that are damaged, or nobody's state.
 */
export function decodeClientState(bytes: Uint8Array, where: string): ClientStateOfRound {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = whole.subarray(HASH_BYTES);
  const hash = createHash("sha256").update(body).digest();
  if (!hash.equals(whole.subarray(0, HASH_BYTES))) {
    throw invalid(where, "the hash that it was written with", `another one for ${whole.length} bytes`);
  }
  const afterMagic = body.indexOf("\n") + 1;
  const magic = body.toString("utf8", 0, afterMagic);
  if (magic !== MAGIC) throw invalid(where, JSON.stringify(MAGIC), JSON.stringify(magic.slice(0, 40)));
  const afterHeader = body.indexOf("\n", afterMagic) + 1;
  const header: Header = JSON.parse(body.toString("utf8", afterMagic, afterHeader));
  const state: Record<string, Float32Array> = {};
  let at = afterHeader;
  for (const { name, length } of header.vectors) {
    const vector = new Float32Array(length);
    new Uint8Array(vector.buffer).set(body.subarray(at, at + length * 4));
    state[name] = vector;
    at += length * 4;
  }
  return { clientId: header.clientId, round: header.round, state };
}

function invalid(where: string, expected: string, received: string): TrainerError {
  return new TrainerError(
    "invalid_checkpoint",
    `client state ${where}: expected ${expected}, got ${received}`,
  );
}
