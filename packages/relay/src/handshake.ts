import type { IncomingHttpHeaders } from "node:http";
import { type Codec, jsonCodec, msgpackCodec } from "@fedloom/protocol";

const CODECS: readonly Codec[] = [jsonCodec, msgpackCodec];
/** A browser cannot set headers, so a token may come as a subprotocol with this prefix. */
const TOKEN_PREFIX = "fedloom.token.";

/** The subprotocol to agree on: the first codec that is known, never the one that carries a token. */
export function chooseSubprotocol(offered: ReadonlySet<string>): string | false {
  for (const name of offered) {
    if (CODECS.some(({ subprotocol }) => subprotocol === name)) return name;
  }
  return false;
}

/** The codec of an agreed subprotocol; JSON when none was. */
export function codecOf(subprotocol: string): Codec {
  return CODECS.find((codec) => codec.subprotocol === subprotocol) ?? jsonCodec;
}

/** The token in a handshake: in `Authorization: Bearer`, or in a subprotocol; never in the address. */
export function tokenOf(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer) return bearer;
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  return offered.find((name) => name.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length);
}
